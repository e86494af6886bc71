//! Who is here.

use std::sync::Arc;

use super::Desk;
use crate::app::action::Secret;
use crate::app::effect::Effect;
use crate::app::state::{Link, ProfileState, Seat, Session, Severity};
use crate::app::tools::ToolAction;
use crate::base::UserId;
use crate::domain::org::{Role, User};

impl Desk<'_> {
    pub(super) fn login(&mut self, user: UserId, password: Secret) {
        if let ProfileState::Failed(why) = &self.state.profile {
            self.state.session = Session::Refused(why.clone());
            return;
        }
        let user = UserId(user.0.trim().to_owned());
        if user.0.is_empty() || password.0.is_empty() {
            self.state.session = Session::Refused("app.login.empty".to_owned());
            return;
        }
        if self.state.session != Session::LoggingIn {
            self.state.login_given_up = false;
            self.state.session = Session::LoggingIn;
            self.effects.push(Effect::Login { user, password });
        }
    }

    pub(super) fn logged_in(&mut self, user: Arc<User>, online: bool) {
        // The line has come back and the server knows the person who unlocked the profile without it.
        let again = self.state.session.user().is_some_and(|known| known.id == user.id);
        if self.state.login_given_up {
            // Logged out while the answer was on its way: the server is told as well.
            self.state.login_given_up = false;
            self.effects.push(Effect::Logout);
            return;
        }
        if !again {
            let seat = seat_for(&user);
            let key = if online { "app.login.online" } else { "app.login.offline" };
            let text = self.fill(key, &[("name", &user.name)]);
            self.notice(if online { Severity::Info } else { Severity::Warning }, text);
            self.state.seat = seat;
        }
        self.state.session = Session::User(user);
        if online && self.state.sync.link == Link::LoginNeeded {
            self.state.sync.link = Link::Online;
            self.line_error(None);
        }
        // What may be done depends on who does it.
        self.renew_pending();
        self.refresh_queue();
    }

    pub(super) fn login_refused(&mut self, why: String) {
        if self.state.session == Session::LoggingIn {
            self.state.session = Session::Refused(why);
        }
    }

    pub(super) fn logout(&mut self) {
        self.state.login_given_up = self.state.session == Session::LoggingIn;
        self.state.session = Session::LoggedOut;
        self.state.inbox_open = false;
        self.state.bar = Default::default();
        self.put_in_hand(None);
        // What came of someone's work is nobody else's business, and what still runs would be nobody's.
        self.leave_intake();
        self.leave_export();
        self.leave_sheet();
        // So is what one has in hand on the map, and what one has selected.
        for action in [ToolAction::Stop, ToolAction::Choose { what: None }, ToolAction::ClearSelection] {
            self.tool(action);
        }
        self.effects.push(Effect::Logout);
        self.renew_pending();
        self.refresh_queue();
    }

    /// The session at the server has ended; the person goes on working, what is saved waits for the next login.
    pub(super) fn login_needed(&mut self) {
        self.state.sync.link = Link::LoginNeeded;
        self.line_error(Some("sync.error.unauthorised".to_owned()));
        if self.state.session.user().is_some() {
            self.warn("app.login.needed");
        }
    }
}

/// The seat at which a person's day begins.
fn seat_for(user: &User) -> Seat {
    if user.roles.contains(&Role::Dispatcher) || user.roles.contains(&Role::Department) {
        Seat::Command
    } else if user.roles.contains(&Role::DutyLeader) || user.roles.contains(&Role::Inspector) {
        Seat::Supervision
    } else if user.roles.contains(&Role::Acceptor) || user.roles.contains(&Role::Supervisor) {
        Seat::CallCentre
    } else {
        Seat::Command
    }
}
