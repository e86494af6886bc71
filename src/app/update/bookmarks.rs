//! Views of the map kept by name.

use super::Desk;
use super::map::clamped;
use crate::app::bookmarks::{Bookmark, BookmarkAction, MOST, sound_name};
use crate::app::layers::{Kept, KeptMap};

impl Desk<'_> {
    pub(super) fn bookmark(&mut self, action: BookmarkAction) {
        match action {
            BookmarkAction::Add { name } => {
                self.add_bookmark(&name);
            }
            BookmarkAction::Open { name } => {
                if let Some(at) = self.bookmark_at(&name) {
                    self.open_bookmark(at);
                }
            }
            BookmarkAction::Replace { name } => {
                if let Some(at) = self.bookmark_at(&name) {
                    let view = self.present_view(name);
                    self.state.map.bookmarks.list[at] = view;
                    self.keep_settings();
                    self.info("app.bookmark.replaced");
                }
            }
            BookmarkAction::Rename { name, to } => {
                let Some(at) = self.bookmark_at(&name) else { return };
                let Some(to) = sound_name(&to) else {
                    self.warn("app.bookmark.bad_name");
                    return;
                };
                if self.state.map.bookmarks.position(&to).is_some_and(|other| other != at) {
                    let words = self.fill("app.bookmark.taken", &[("name", &to)]);
                    self.error(words);
                    return;
                }
                self.state.map.bookmarks.list[at].name = to;
                self.keep_settings();
            }
            BookmarkAction::Move { name, by } => {
                let Some(at) = self.bookmark_at(&name) else { return };
                let list = &mut self.state.map.bookmarks.list;
                let most = i64::try_from(list.len()).unwrap_or(i64::MAX) - 1;
                let to = (at as i64 + i64::from(by)).clamp(0, most.max(0)) as usize;
                if to != at {
                    let one = list.remove(at);
                    list.insert(to, one);
                    self.keep_settings();
                }
            }
            BookmarkAction::Remove { name } => {
                if let Some(at) = self.bookmark_at(&name) {
                    let bookmarks = &mut self.state.map.bookmarks;
                    let one = bookmarks.list.remove(at);
                    bookmarks.removed = Some((at, one));
                    self.keep_settings();
                }
            }
            BookmarkAction::Restore => {
                let bookmarks = &mut self.state.map.bookmarks;
                let Some((at, one)) = bookmarks.removed.take() else {
                    self.warn("app.bookmark.nothing_removed");
                    return;
                };
                // Meanwhile another may have got its name.
                if bookmarks.position(&one.name).is_some() {
                    let words = self.fill("app.bookmark.taken", &[("name", &one.name)]);
                    self.state.map.bookmarks.removed = Some((at, one));
                    self.error(words);
                    return;
                }
                bookmarks.list.insert(at.min(bookmarks.list.len()), one);
                self.keep_settings();
            }
        }
    }

    /// Keeps the present view; false when the name will not do.
    pub(super) fn add_bookmark(&mut self, name: &str) -> bool {
        let Some(name) = sound_name(name) else {
            self.warn("app.bookmark.bad_name");
            return false;
        };
        let bookmarks = &self.state.map.bookmarks;
        if bookmarks.position(&name).is_some() {
            let words = self.fill("app.bookmark.taken", &[("name", &name)]);
            self.error(words);
            return false;
        }
        if bookmarks.list.len() >= MOST {
            self.warn("app.bookmark.full");
            return false;
        }
        let view = self.present_view(name);
        self.state.map.bookmarks.list.push(view);
        self.keep_settings();
        true
    }

    pub(super) fn open_bookmark(&mut self, at: usize) {
        let Some(Bookmark { camera, map, .. }) = self.state.map.bookmarks.list.get(at).cloned() else { return };
        let state = &mut self.state.map;
        (state.fit_wanted, state.reveal_wanted) = (false, None);
        state.camera = clamped(camera);
        state.take_kept(map);
        self.state.overlay_revision.bump();
        self.keep_settings();
        self.read_near();
    }

    fn present_view(&self, name: String) -> Bookmark {
        // Imagery is no matter of a view: what lies below stays when another view is opened.
        let map = KeptMap { raster: Default::default(), ..Kept::of(self.state).map };
        Bookmark { name, camera: self.state.map.camera, map }
    }

    fn bookmark_at(&mut self, name: &str) -> Option<usize> {
        let found = self.state.map.bookmarks.position(name);
        if found.is_none() {
            let words = self.fill("app.bookmark.unknown", &[("name", &name)]);
            self.error(words);
        }
        found
    }
}
