//! What a person sets: language, theme, size of text.

use super::Desk;
use crate::app::effect::Effect;
use crate::app::layers::Kept;
use crate::app::state::{TextScale, ThemeChoice};
use crate::base::text::Lang;

impl Desk<'_> {
    pub(super) fn set_lang(&mut self, lang: Lang) {
        if self.state.settings.lang != lang {
            self.state.settings.lang = lang;
            self.keep_settings();
            if !self.state.map.raster.kept.list.is_empty() {
                // What is told of them follows the language.
                self.show_rasters();
            }
            self.say_errors_again();
            self.check_export();
        }
    }

    /// What the status bar says as long as it lasts follows the language.
    pub(super) fn say_errors_again(&mut self) {
        let [line, store] = &self.state.sync.error_keys;
        let say = |key: &Option<String>| key.as_ref().map(|key| self.words(key));
        let (line, store) = (say(line), say(store));
        self.state.sync.last_error = line;
        self.state.sync.store_failed = store;
    }

    pub(super) fn set_theme(&mut self, theme: ThemeChoice) {
        if self.state.settings.theme != theme {
            self.state.settings.theme = theme;
            self.keep_settings();
        }
    }

    pub(super) fn set_text_scale(&mut self, scale: TextScale) {
        if self.state.settings.text_scale != scale {
            self.state.settings.text_scale = scale;
            self.keep_settings();
        }
    }

    pub(super) fn keep_settings(&mut self) {
        self.effects.push(Effect::KeepSettings(Box::new(Kept::of(self.state))));
    }
}
