//! What becomes of rows: converted, checked, sorted into layers and kept, or refused with a reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use geo::{Geometry, MapCoords};

use super::classify::{self, Draft, Shape};
use super::profile::{TableRule, propose};
use super::report::{ImportReport, SkipReason, SourceReport, UpdateCount};
use super::row::{Row, RowName, Rows};
use super::survey::{Question, Reading, Survey};
use super::{ImportError, Mode, Options, Progress, sound};
use crate::spatial::crs::{CrsError, SourceCrs};
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Found, PackError, PackWriter};

/// The last stage of an import.
pub(super) struct Accept<'a> {
    pub pack: PackWriter,
    options: &'a Options,
    /// The system that options or profile name.
    given: Option<SourceCrs>,
    progress: &'a mut dyn FnMut(Progress),
    pub report: ImportReport,
    /// Layers that were emptied for what comes in their place.
    pub replaced: BTreeSet<Layer>,
    /// Names of the files that gave a layer something.
    pub fed: BTreeMap<Layer, BTreeSet<String>>,
    /// The row that first had a code, by a hash of layer and code.
    codes: HashMap<u64, (i64, u16)>,
    tables: Vec<String>,
    file: File,
    source: Source,
}

/// The file that is being read.
#[derive(Default)]
struct File {
    path: PathBuf,
    stem: String,
    before_bytes: u64,
    total_bytes: u64,
}

/// The table that is being read.
#[derive(Default)]
struct Source {
    table: String,
    says: Option<SourceCrs>,
    crs: SourceCrs,
    rule: Option<TableRule>,
    is_proposed: bool,
    survey: Survey,
    rows: u64,
    open: bool,
    fields: BTreeMap<String, String>,
}

/// So many rows are looked at for the names of columns and their first values, and so many columns are told.
const LEARNT_ROWS: u64 = 200;
const MOST_FIELDS: usize = 100;
/// Characters of a value that are told.
const SAMPLE: usize = 40;

impl Source {
    /// Notes what columns there are.
    fn learn(&mut self, row: &Row) {
        if self.rows >= LEARNT_ROWS {
            return;
        }
        for (column, value) in &row.tags {
            if let Some(sample) = self.fields.get_mut(column) {
                if sample.is_empty() {
                    *sample = value.chars().take(SAMPLE).collect();
                }
            } else if self.fields.len() < MOST_FIELDS {
                self.fields.insert(column.clone(), value.chars().take(SAMPLE).collect());
            }
        }
    }
}

impl<'a> Accept<'a> {
    pub fn new(
        pack: PackWriter,
        options: &'a Options,
        given: Option<SourceCrs>,
        progress: &'a mut dyn FnMut(Progress),
    ) -> Self {
        let update = (options.mode == Mode::Update).then(UpdateCount::default);
        let report = ImportReport { update, dry_run: options.dry_run, ..ImportReport::default() };
        let (file, source) = (File::default(), Source::default());
        Self {
            pack,
            options,
            given,
            progress,
            report,
            replaced: BTreeSet::new(),
            fed: BTreeMap::new(),
            codes: HashMap::new(),
            tables: Vec::new(),
            file,
            source,
        }
    }

    /// The next file, and how far it reaches in all that is to be read.
    pub fn open(&mut self, path: &Path, before_bytes: u64, total_bytes: u64) {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        self.file = File { path: path.to_owned(), stem, before_bytes, total_bytes };
    }

    /// The file is read to its end.
    pub fn close(&mut self) -> Result<(), ImportError> {
        self.end_source()
    }

    fn reading(&self) -> Reading {
        Reading { crs: self.source.crs.clone(), swapped: self.options.swap_axes }
    }

    /// Asks about the table's system if it has to be asked, and notes what was read.
    fn end_source(&mut self) -> Result<(), ImportError> {
        if !std::mem::take(&mut self.source.open) {
            return Ok(());
        }
        let source = std::mem::take(&mut self.source);
        let reading = Reading { crs: source.crs.clone(), swapped: self.options.swap_axes };
        if self.given.is_none()
            && !self.options.accept_crs
            && let Some((looked_at, inside)) =
                source.survey.question(&self.options.district, source.says.as_ref(), &reading)
        {
            let (path, table) = (self.file.path.clone(), source.table);
            return Err(ImportError::Ask(Box::new(Question { path, table, says: source.says, looked_at, inside })));
        }
        let mapped = source.rule.as_ref().and_then(|rule| rule.target().ok());
        self.report.sources.push(SourceReport {
            path: self.file.path.clone(),
            table: source.table,
            crs: source.crs.to_string(),
            rows: source.rows,
            mapped,
            fields: source.fields,
        });
        if let Some(rule) = source.rule
            && !self.report.profile.tables.contains(&rule)
        {
            self.report.profile.tables.push(rule);
        }
        Ok(())
    }

    fn drafts(&mut self, row: &Row, shape: Shape) -> Result<Vec<Draft>, SkipReason> {
        if self.source.rule.is_none() && !self.source.is_proposed && self.options.profile.is_none() {
            // Rows that speak the language of tags need no mapping; a table whose first row does not is proposed one.
            self.source.is_proposed = true;
            if classify::classify(&row.tags, shape).is_empty() {
                let columns: Vec<String> = row.tags.keys().cloned().collect();
                let name = if self.source.table.is_empty() { &self.file.stem } else { &self.source.table };
                self.source.rule = propose(name, &columns);
            }
        }
        match &self.source.rule {
            Some(rule) => rule.draft(&row.tags, shape).map(|draft| vec![draft]),
            None => Ok(classify::classify(&row.tags, shape)),
        }
    }

    /// Converts, checks, classifies and keeps a row; `Ok(false)` when no layer is for it.
    fn keep(&mut self, row: Row) -> Result<Result<bool, SkipReason>, ImportError> {
        if let Some((column, _)) =
            row.tags.iter().find(|(key, value)| key.contains('\u{fffd}') || value.contains('\u{fffd}'))
        {
            return Ok(Err(SkipReason::WrongEncoding { column: column.clone() }));
        }
        let geometry = match &row.geometry {
            Ok(geometry) => geometry,
            Err(reason) => return Ok(Err(reason.clone())),
        };
        match sound::check_numbers(geometry) {
            Ok(first) => self.source.survey.look(first),
            Err(reason) => return Ok(Err(reason)),
        }
        let drafts = match self.drafts(&row, Shape::of(geometry)) {
            Ok(drafts) if drafts.is_empty() => return Ok(Ok(false)),
            Ok(drafts) => drafts,
            Err(reason) => return Ok(Err(reason)),
        };
        let Row { kind, number, geometry, .. } = row;
        let name = RowName { table: self.source.table.clone(), kind, number };
        let shape = match geometry.and_then(|geometry| self.placed(geometry)) {
            Ok(shape) => shape,
            Err(reason) => return Ok(Err(reason)),
        };
        let strict =
            drafts.iter().any(|draft| matches!(draft.layer, Layer::UnitGrids | Layer::Boundaries | Layer::Compounds));
        let shape = match sound::sound(shape, strict) {
            Ok(shape) => shape,
            Err(reason) => return Ok(Err(reason)),
        };
        self.report.mended += u64::from(shape.mended);
        let mut refused = None;
        for draft in drafts {
            let Some(geometry) = draft.geometry(&shape.geometry) else {
                refused.get_or_insert(SkipReason::NoMiddle);
                continue;
            };
            let Draft { layer, class, code, name: label, extra, .. } = draft;
            if let Some(reason) = self.duplicate(layer, &code, &name) {
                refused.get_or_insert(reason);
                continue;
            }
            match self.put(&Feature { layer, class, code, name: label, extra, geometry }, &name) {
                Ok(None) => {}
                Ok(Some(reason)) => {
                    refused.get_or_insert(reason);
                }
                Err(ImportError::Pack(PackError::BadShape { reason, .. })) => {
                    refused.get_or_insert(SkipReason::Unsound(reason));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(refused.map_or(Ok(true), Err))
    }

    /// A shape in longitude and latitude.
    fn placed(&self, geometry: Geometry<f64>) -> Result<Geometry<f64>, SkipReason> {
        let Reading { crs, swapped } = self.reading();
        let place = |at: geo::Coord<f64>| {
            let (x, y) = if swapped { (at.y, at.x) } else { (at.x, at.y) };
            crs.to_lonlat(x, y).map(|at| geo::Coord { x: at.lon, y: at.lat })
        };
        geometry.try_map_coords(place).map_err(|error| match error {
            CrsError::NoPlace { x, y, .. } if crs.to_lonlat(y, x).is_ok_and(in_china) => {
                SkipReason::Swapped { x: x.to_string(), y: y.to_string() }
            }
            other => SkipReason::NoPlace(other),
        })
    }

    /// Whether a cell or component with this code came in before.
    fn duplicate(&mut self, layer: Layer, code: &str, name: &RowName) -> Option<SkipReason> {
        if code.is_empty() || !matches!(layer, Layer::UnitGrids | Layer::Components) {
            return None;
        }
        let table = self.tables.len().saturating_sub(1) as u16;
        let (first, in_table) = self.codes.get(&hash(&(layer, code))).copied().or_else(|| {
            self.codes.insert(hash(&(layer, code)), (name.number, table));
            None
        })?;
        let at = self.tables.get(usize::from(in_table)).cloned().unwrap_or_default();
        let first = RowName { table: at, kind: name.kind, number: first }.to_string();
        Some(SkipReason::DuplicateCode { code: code.to_owned(), first })
    }

    /// Puts a feature into the pack by the mode of the import.
    fn put(&mut self, feature: &Feature, name: &RowName) -> Result<Option<SkipReason>, ImportError> {
        let layer = feature.layer;
        match self.options.mode {
            Mode::New => {}
            Mode::Append => {
                if !feature.code.is_empty()
                    && matches!(layer, Layer::UnitGrids | Layer::Components)
                    && self.pack.find(layer, "code", &feature.code)? != Found::None
                {
                    let (code, first) = (feature.code.clone(), self.pack.target_name());
                    return Ok(Some(SkipReason::DuplicateCode { code, first }));
                }
            }
            Mode::Replace => {
                if self.replaced.insert(layer) {
                    self.pack.clear(layer)?;
                }
            }
            Mode::Update => return self.update(feature, name),
        }
        self.pack.add(feature)?;
        self.note(layer);
        *self.report.layers.entry(layer).or_default() += 1;
        Ok(None)
    }

    fn note(&mut self, layer: Layer) {
        let name = self.file.path.file_name().unwrap_or_default().to_string_lossy();
        let names = self.fed.entry(layer).or_default();
        if !names.contains(name.as_ref()) {
            names.insert(name.into_owned());
        }
    }

    fn update(&mut self, feature: &Feature, name: &RowName) -> Result<Option<SkipReason>, ImportError> {
        let layer = feature.layer;
        let wanted = &self.options.key;
        let Some(key) =
            ["code", "name", "class"].into_iter().chain(layer.columns().iter().copied()).find(|known| known == wanted)
        else {
            return Err(ImportError::UnknownKey { layer: layer.table(), key: wanted.clone() });
        };
        let value = match key {
            "code" => &feature.code,
            "name" => &feature.name,
            "class" => &feature.class,
            other => feature.extra(other).unwrap_or_default(),
        };
        if value.is_empty() {
            return Ok(Some(SkipReason::NoKey { key: key.to_owned() }));
        }
        // Cells and components are looked at before, by their codes; any other key is looked at here.
        let mark = hash(&(layer, key, value));
        if let Some((first, in_table)) =
            self.codes.insert(mark, (name.number, self.tables.len().saturating_sub(1) as u16))
        {
            let table = self.tables.get(usize::from(in_table)).cloned().unwrap_or_default();
            self.codes.insert(mark, (first, in_table));
            let first = RowName { table, kind: name.kind, number: first }.to_string();
            return Ok(Some(SkipReason::DuplicateCode { code: value.to_owned(), first }));
        }
        self.note(layer);
        let outcome = match self.pack.find(layer, key, value)? {
            Found::Unclear => {
                return Ok(Some(SkipReason::UnclearKey { key: key.to_owned(), value: value.to_owned() }));
            }
            Found::None => {
                self.pack.add(feature)?;
                UpdateCount { added: 1, ..UpdateCount::default() }
            }
            Found::One(fid, old) => {
                let merged = merged(feature, &old);
                if same(&merged, &old) {
                    UpdateCount { unchanged: 1, ..UpdateCount::default() }
                } else {
                    self.pack.replace(fid, &merged)?;
                    UpdateCount { changed: 1, ..UpdateCount::default() }
                }
            }
        };
        let count = self.report.update.get_or_insert_default();
        count.added += outcome.added;
        count.changed += outcome.changed;
        count.unchanged += outcome.unchanged;
        *self.report.layers.entry(layer).or_default() += 1;
        Ok(None)
    }
}

impl Rows for Accept<'_> {
    fn begin(&mut self, table: &str, says: Option<SourceCrs>) -> Result<(), ImportError> {
        self.end_source()?;
        let crs = match &self.given {
            Some(crs) => crs.clone(),
            None => says.clone().unwrap_or_default(),
        };
        crs.check()?;
        let rule = self.options.profile.as_ref().and_then(|profile| profile.rule(table, &self.file.stem)).cloned();
        self.tables.push(table.to_owned());
        self.source = Source { table: table.to_owned(), says, crs, rule, open: true, ..Source::default() };
        Ok(())
    }

    fn row(&mut self, row: Row) -> Result<(), ImportError> {
        if self.options.stop.load(Ordering::Relaxed) {
            return Err(ImportError::Stopped);
        }
        self.source.learn(&row);
        self.report.rows += 1;
        self.source.rows += 1;
        let (kind, number) = (row.kind, row.number);
        match self.keep(row)? {
            Ok(true) => self.report.accepted += 1,
            Ok(false) => self.report.unclassified += 1,
            Err(reason) => {
                let name = RowName { table: self.source.table.clone(), kind, number };
                self.report.skip(self.file.path.clone(), name, reason);
            }
        }
        Ok(())
    }

    fn told(&mut self, bytes: u64) {
        let (done_bytes, total_bytes) = (self.file.before_bytes + bytes, self.file.total_bytes);
        (self.progress)(Progress { done_bytes: done_bytes.min(total_bytes), total_bytes });
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn in_china(at: crate::base::LonLat) -> bool {
    (70.0..=140.0).contains(&at.lon) && (0.0..=56.0).contains(&at.lat)
}

/// The new feature, with the old one's values where the new one brings none.
fn merged(new: &Feature, old: &Feature) -> Feature {
    let or_old = |new: &str, old: &str| if new.is_empty() { old.to_owned() } else { new.to_owned() };
    let extra = new
        .layer
        .columns()
        .iter()
        .filter_map(|column| {
            let value = new.extra(column).filter(|value| !value.is_empty()).or_else(|| old.extra(column))?;
            Some((*column, value.to_owned()))
        })
        .collect();
    Feature {
        layer: new.layer,
        class: or_old(&new.class, &old.class),
        code: or_old(&new.code, &old.code),
        name: or_old(&new.name, &old.name),
        extra,
        geometry: new.geometry.clone(),
    }
}

fn same(merged: &Feature, old: &Feature) -> bool {
    (&merged.class, &merged.code, &merged.name, &merged.geometry) == (&old.class, &old.code, &old.name, &old.geometry)
        && merged
            .layer
            .columns()
            .iter()
            .all(|column| merged.extra(column).unwrap_or_default() == old.extra(column).unwrap_or_default())
}
