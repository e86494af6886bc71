//! The list of views kept by name.

use eframe::egui::{Button, Id, Key, Label, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};

use crate::app::action::Action;
use crate::app::bookmarks::{Bookmark, BookmarkAction, LONGEST_NAME};
use crate::app::state::AppState;
use crate::base::text::Lang;
use crate::map::style::denominator;
use crate::ui::local::Local;
use crate::ui::theme::SMALL;
use crate::ui::widgets;

/// What the list keeps from frame to frame.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct BookmarksLocal {
    /// Name of the one to be kept, as typed.
    name: String,
    /// The one whose buttons are shown.
    chosen: Option<String>,
    /// Its new name, as typed.
    renaming: Option<String>,
}

fn send(out: &mut Vec<Action>, action: BookmarkAction) {
    out.push(Action::Bookmark(action));
}

/// Shows the list.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let mine = &mut local.bookmarks;
    let field = Id::unique("bookmark-name");
    ui.horizontal(|ui| {
        let told = lang.text("layer.bookmark.name");
        let width = ui.available_width() - 76.0;
        let entered = widgets::enter(ui, field);
        let response = ui.add(
            TextEdit::singleline(&mut mine.name)
                .id(field)
                .hint_text(told)
                .char_limit(LONGEST_NAME)
                .desired_width(width),
        );
        response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, told));
        let named = !mine.name.trim().is_empty();
        let pressed = ui.add_enabled(named, Button::new(lang.text("layer.bookmark.add"))).clicked();
        if named && (entered || pressed) {
            send(out, BookmarkAction::Add { name: mine.name.trim().to_owned() });
            mine.name.clear();
            response.request_focus();
        }
    });
    if let Some((_, removed)) = &state.map.bookmarks.removed {
        ui.horizontal(|ui| {
            let told = lang.fill("layer.bookmark.removed", &[("name", &removed.name)]);
            if ui.button(lang.text("layer.bookmark.restore")).clicked() {
                send(out, BookmarkAction::Restore);
            }
            ui.add(Label::new(RichText::new(told).size(SMALL)).truncate());
        });
    }
    let list = &state.map.bookmarks.list;
    if list.is_empty() {
        widgets::empty(ui, lang.text("layer.bookmark.none"), lang.text("layer.bookmark.none_advice"));
        return;
    }
    ScrollArea::vertical().id_salt("bookmarks").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        for (at, one) in list.iter().enumerate() {
            let chosen = mine.chosen.as_ref() == Some(&one.name);
            let open =
                ui.add_sized([ui.available_width(), 26.0], Button::selectable(chosen, one.name.as_str()).truncate());
            if open.on_hover_text(about(lang, one)).clicked() {
                (mine.chosen, mine.renaming) = (Some(one.name.clone()), None);
                send(out, BookmarkAction::Open { name: one.name.clone() });
            }
            if chosen {
                chosen_one(ui, lang, at, list, mine, out);
            }
        }
    });
}

fn about(lang: Lang, one: &Bookmark) -> String {
    let scale = super::rounded(denominator(one.camera.metres_per_point));
    let center = format!("{:.5}, {:.5}", one.camera.center.lon, one.camera.center.lat);
    lang.fill("layer.bookmark.about", &[("scale", &scale), ("center", &center)])
}

fn chosen_one(ui: &mut Ui, lang: Lang, at: usize, list: &[Bookmark], mine: &mut BookmarksLocal, out: &mut Vec<Action>) {
    let name = list[at].name.clone();
    if let Some(mut to) = mine.renaming.take() {
        let field = Id::unique("bookmark-rename");
        let given_up = ui.input(|input| input.key_pressed(Key::Escape));
        let told = lang.text("layer.bookmark.new_name");
        ui.horizontal(|ui| {
            let width = ui.available_width() - 76.0;
            let entered = widgets::enter(ui, field);
            let response = ui.add(
                TextEdit::singleline(&mut to).id(field).hint_text(told).char_limit(LONGEST_NAME).desired_width(width),
            );
            response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, told));
            let sound = !to.trim().is_empty() && list.iter().all(|one| one.name == name || one.name != to.trim());
            let done =
                sound && (entered | ui.add_enabled(sound, Button::new(lang.text("layer.bookmark.rename"))).clicked());
            if done {
                let to = to.trim().to_owned();
                mine.chosen = Some(to.clone());
                send(out, BookmarkAction::Rename { name: name.clone(), to });
            } else if !given_up {
                mine.renaming = Some(to);
            }
        });
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let button = |ui: &mut Ui, enabled: bool, key: &'static str| {
            ui.add_enabled(enabled, Button::new(RichText::new(lang.text(key)).size(SMALL)).small()).clicked()
        };
        if button(ui, true, "layer.bookmark.replace") {
            send(out, BookmarkAction::Replace { name: name.clone() });
        }
        if button(ui, true, "layer.bookmark.rename") {
            mine.renaming = Some(name.clone());
            ui.memory_mut(|memory| memory.request_focus(Id::unique("bookmark-rename")));
        }
        if button(ui, at > 0, "layer.bookmark.up") {
            send(out, BookmarkAction::Move { name: name.clone(), by: -1 });
        }
        if button(ui, at + 1 < list.len(), "layer.bookmark.down") {
            send(out, BookmarkAction::Move { name: name.clone(), by: 1 });
        }
        if button(ui, true, "layer.bookmark.remove") {
            mine.chosen = None;
            send(out, BookmarkAction::Remove { name });
        }
    });
}
