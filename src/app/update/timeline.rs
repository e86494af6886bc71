//! The days whose cases the map shows.

use super::Desk;
use crate::app::bar::BarCommand;
use crate::app::timeline::{Span, read_span};

impl Desk<'_> {
    pub(super) fn set_span(&mut self, span: Option<Span>) {
        self.state.map.span = span;
        self.state.overlay_revision.bump();
    }

    /// `时段` alone opens and closes; with a name or two days behind it those are meant.
    pub(super) fn span_line(&mut self, command: &BarCommand, rest: &str) -> Result<(), String> {
        let span = match rest.to_lowercase().as_str() {
            "" => match self.state.map.span {
                Some(_) => None,
                None => Some(Span::Week),
            },
            "关" | "off" => None,
            _ => Some(read_span(rest, self.state.office_now()).ok_or_else(|| self.usage(command))?),
        };
        self.set_span(span);
        Ok(())
    }
}
