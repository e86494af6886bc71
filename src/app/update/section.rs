//! The cross-section: asked for, answered, put away.

use std::sync::Arc;

use super::Desk;
use crate::app::bar::BarCommand;
use crate::app::effect::Effect;
use crate::app::section::{SectionOutcome, SectionView};
use crate::base::LonLat;
use crate::spatial::section::Section;
use crate::spatial::typed;

impl Desk<'_> {
    pub(super) fn show_section(&mut self, open: bool) {
        let section = &mut self.state.map.section;
        if open {
            section.get_or_insert_default();
        } else {
            *section = None;
        }
        self.state.overlay_revision.bump();
    }

    /// Asks the worker for a section; what it shows meanwhile is only that it is asked for.
    pub(super) fn cut_section(&mut self, ends: [LonLat; 2]) {
        self.state.map.section = Some(SectionView { ends: Some(ends), outcome: SectionOutcome::Working });
        // Where it was typed from may be elsewhere.
        self.state.map.reveal_wanted = Some(ends[0]).filter(|at| at.is_valid());
        self.state.overlay_revision.bump();
        self.effects.push(Effect::CutSection(ends));
    }

    /// An answer; one to an older question is dropped.
    pub(super) fn section_cut(&mut self, ends: [LonLat; 2], outcome: Result<Arc<Section>, String>) {
        if let Some(view) = self.state.map.section.as_mut().filter(|view| view.ends == Some(ends)) {
            view.outcome = match outcome {
                Ok(section) => SectionOutcome::Done(section),
                Err(why) => SectionOutcome::Failed(why),
            };
        }
    }

    /// `断面` opens the panel; with two places after it the section between them is cut.
    pub(super) fn section_line(&mut self, command: &BarCommand, rest: &str) -> Result<(), String> {
        let places: Vec<&str> = rest.split_whitespace().collect();
        match places[..] {
            [] => self.show_section(true),
            [from, to] => {
                let place = |text| typed::first(text, self.lang());
                let ends = [place(from)?, place(to)?];
                self.cut_section(ends);
            }
            _ => return Err(self.usage(command)),
        }
        Ok(())
    }
}
