//! Tab-separated tables of the field: read strictly, complained about by row and column.

/// Why a table was refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{table}, line {line}: {what}")]
pub struct BadTable {
    /// Which table.
    pub table: &'static str,
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// A row and where it stood.
#[derive(Debug)]
pub(super) struct Row<'a, const N: usize> {
    table: &'static str,
    line: usize,
    /// The cells.
    pub(super) cells: [&'a str; N],
}

impl<const N: usize> Row<'_, N> {
    /// A complaint about this row.
    pub(super) fn bad(&self, what: impl Into<String>) -> BadTable {
        BadTable { table: self.table, line: self.line, what: what.into() }
    }
}

/// The rows below a header that has to name exactly these columns.
pub(super) fn rows<'a, const N: usize>(
    table: &'static str,
    text: &'a str,
    columns: [&str; N],
) -> Result<Vec<Row<'a, N>>, BadTable> {
    let mut lines = text.lines().enumerate();
    let header: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
    if header != columns {
        return Err(BadTable { table, line: 1, what: format!("the columns have to be {}", columns.join(", ")) });
    }
    lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| {
            let cells: Vec<&str> = line.split('\t').collect();
            let count = cells.len();
            let cells = <[&str; N]>::try_from(cells).map_err(|_| BadTable {
                table,
                line: number + 1,
                what: format!("{count} columns instead of {N}"),
            })?;
            Ok(Row { table, line: number + 1, cells })
        })
        .collect()
}
