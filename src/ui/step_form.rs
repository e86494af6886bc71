//! The steps open to this person as buttons, and the form of the one that was chosen. What has been typed stays until
//! the case has moved on by it: a click elsewhere, another case, a failed save lose nothing.

use eframe::egui::{Button, Id, Key, Label, Modifiers, RichText, Ui};

use crate::app::action::Action;
use crate::app::state::{AppState, Severity};
use crate::base::text::Lang;
use crate::domain::case::command::{Answer, Assignee, Channel, CheckResult, Found};
use crate::domain::case::transition::{Step, open_steps};
use crate::domain::case::{Act, ActKind, Case};
use crate::ui::command::dispatch;
use crate::ui::local::{Focus, Local, StepForm};
use crate::ui::supervision::filing;
use crate::ui::theme::{Palette, SMALL, bold};
use crate::ui::{keys, widgets, words};

/// Shows buttons and form.
pub fn show(ui: &mut Ui, state: &AppState, case: &Case, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let Some(user) = state.session.user() else { return };
    let steps = open_steps(case, user);
    if steps.is_empty() {
        let words = if case.state.is_open() { "ui.step.not_yours" } else { "ui.step.ended" };
        ui.weak(lang.text(words));
        return;
    }
    let saving = state.cases.saving.iter().any(|one| one.command.case_id == case.id);
    let open = local.step.filter(|(of, _)| *of == case.id).map(|(_, kind)| kind);
    ui.horizontal_wrapped(|ui| {
        for (at, step) in steps.iter().enumerate() {
            let key = keys::step(at);
            let name = words::act(lang, step.act);
            let button = Button::selectable(open == Some(step.act), bold(name))
                .frame_when_inactive(true)
                .right_text(widgets::key_hint(&key));
            if ui.add_enabled(!saving, button).accessible_name(name).clicked() {
                local.step = if open == Some(step.act) { None } else { Some((case.id, step.act)) };
                local.focus = local.step.map(|_| Focus::Step);
            }
        }
    });
    if let Some(kind) = open.filter(|kind| steps.iter().any(|step| step.act == *kind)) {
        form(ui, state, case, kind, local, out);
    }
}

fn form(ui: &mut Ui, state: &AppState, case: &Case, kind: ActKind, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let mut focus = local.focus == Some(Focus::Step);
    if focus {
        local.focus = None;
    }
    let (mut close, mut go_back) = (false, false);
    // Before any button sees the Enter in it: a result that has the keyboard would be chosen by sending.
    let send_key = keys::send_pressed(ui.ctx());
    let form = local.form(case.id, kind);
    propose(state, case, kind, form);
    let missing = missing(state, case, kind, form);
    let complaint = |field: &'static str| {
        let said = missing.contains(&field);
        said.then(|| lang.text("ui.missing"))
    };
    let actor = state.session.user().and_then(|user| Step::find(Some(case.state), kind)?.actor(Some(case), user));
    ui.push_id(("step", case.id, kind.name()), |ui| {
        // Who records what another has told says for whom.
        if let Some(whose) = actor.and_then(|actor| actor.on_behalf_of) {
            let name = crate::app::words::party(&whose, &state.reference);
            ui.add(Label::new(lang.fill("ui.step.on_behalf", &[("name", &name)])).wrap());
        }
        match kind {
            ActKind::Dispatch => dispatch::show(ui, state, case, form, complaint("ui.field.dept")),
            ActKind::SendVerify | ActKind::SendCheck => {
                dispatch::officers(
                    ui,
                    state,
                    case,
                    &mut form.officer,
                    complaint("ui.field.officer"),
                    "ui.field.officer",
                );
            }
            ActKind::VerifyReply => found(ui, lang, form, complaint("ui.field.found"), &mut focus),
            ActKind::CheckReply => check(ui, lang, form, complaint("ui.field.check"), &mut focus),
            ActKind::File => filing::show(ui, state, case, form, complaint("ui.field.condition")),
            ActKind::Accept if wants_waiver(case) => {
                ui.checkbox(&mut form.waived, lang.text("ui.step.waive"));
                if missing.contains(&"ui.field.waived") {
                    let words = RichText::new(lang.text("case.missing.verify_result")).size(SMALL);
                    ui.add(Label::new(words.color(Palette::in_ui(ui).error)).wrap());
                }
            }
            ActKind::Finish => {
                widgets::field(ui, lang.text("ui.field.person"), None, |ui, name| {
                    widgets::line(ui, Id::unique(("person", case.id)), &mut form.person, "").labelled_by(name);
                });
            }
            _ => {}
        }
        let field = words::words_field(kind);
        let label = lang.text(field);
        let optional = if needs_words(case, kind) { "" } else { lang.text("ui.optional") };
        widgets::field(ui, label, complaint(field), |ui, _| {
            let response =
                widgets::lines(ui, Id::unique(("words", case.id, kind.name())), &mut form.words, 3, optional);
            if std::mem::take(&mut focus) {
                response.request_focus();
            }
        });
        let name = words::act(lang, kind);
        ui.horizontal(|ui| {
            let send = widgets::main_button(ui, true, &lang.fill("ui.step.send", &[("act", &name)]))
                .on_hover_text(keys::SEND)
                .clicked();
            ui.label(widgets::key_hint(keys::SEND));
            if send || send_key {
                form.tried = true;
                if let Some(act) = act(state, case, kind, form) {
                    form.sent_at = Some(case.seq);
                    form.tried = false;
                    close = true;
                    out.push(Action::Act { case: case.id, step: act });
                } else {
                    // To what is missing, as far as the keyboard can be sent there.
                    go_back = true;
                }
            }
            if ui.button(lang.text("ui.step.leave")).on_hover_text("Esc").clicked()
                || ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
            {
                close = true;
            }
        });
        let fields: Vec<_> = missing.iter().filter(|field| **field != "ui.field.waived").collect();
        if !fields.is_empty() {
            widgets::banner(ui, Severity::Warning, |ui| {
                let names: Vec<_> = fields.into_iter().map(|field| lang.text(field)).collect();
                ui.label(lang.fill("ui.step.missing", &[("fields", &names.join(lang.text("ui.list.comma")))]));
            });
        }
    });
    if go_back {
        local.focus = Some(Focus::Step);
    }
    if close {
        local.step = None;
        // The keyboard goes back to where the next case is chosen.
        local.focus = Some(Focus::Queue);
    }
}

/// Fills in once what is most likely meant; the person sees it and sends it, or chooses otherwise.
fn propose(state: &AppState, case: &Case, kind: ActKind, form: &mut StepForm) {
    if std::mem::replace(&mut form.proposed, true) {
        return;
    }
    match kind {
        ActKind::Dispatch => form.dept = dispatch::only_answerable(state, case),
        ActKind::SendVerify | ActKind::SendCheck => form.officer = dispatch::nearest(state, case),
        ActKind::Finish => {
            let name =
                case.assignee.as_ref().and_then(|to| to.officer.as_ref()).and_then(|id| {
                    state.reference.officers.iter().find(|one| one.id == *id).map(|one| one.name.clone())
                });
            form.person = name.unwrap_or_default();
        }
        _ => {}
    }
}

/// A public report that nobody has looked at is accepted only when a person says why that is not needed.
fn wants_waiver(case: &Case) -> bool {
    case.found.is_none() && case.report.channel != Channel::Patrol
}

/// Whether the record wants words.
fn needs_words(case: &Case, kind: ActKind) -> bool {
    match kind {
        ActKind::Reject
        | ActKind::Void
        | ActKind::AskReturn
        | ActKind::SendBack
        | ActKind::Rework
        | ActKind::Recheck
        | ActKind::Finish => true,
        ActKind::Accept => case.found == Some(Found::Unable) || wants_waiver(case),
        _ => false,
    }
}

/// Fields that are still wanted, once sending was tried.
fn missing(state: &AppState, case: &Case, kind: ActKind, form: &StepForm) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !form.tried {
        return missing;
    }
    let mut want = |there: bool, field| {
        if !there {
            missing.push(field);
        }
    };
    match kind {
        ActKind::Dispatch => want(form.dept.is_some(), "ui.field.dept"),
        ActKind::SendVerify | ActKind::SendCheck => want(form.officer.is_some(), "ui.field.officer"),
        ActKind::VerifyReply => want(form.found.is_some(), "ui.field.found"),
        ActKind::CheckReply => want(form.check.is_some(), "ui.field.check"),
        ActKind::Accept => want(form.waived || !wants_waiver(case), "ui.field.waived"),
        ActKind::File => want(filing::row(state, case, form).is_some(), "ui.field.condition"),
        _ => {}
    }
    want(!needs_words(case, kind) || !form.words.trim().is_empty(), words::words_field(kind));
    missing
}

/// The act that the form says, once nothing is missing.
pub fn act(state: &AppState, case: &Case, kind: ActKind, form: &StepForm) -> Option<Act> {
    let words = form.words.trim().to_owned();
    if needs_words(case, kind) && words.is_empty() {
        return None;
    }
    Some(match kind {
        ActKind::Report => return None,
        ActKind::SendVerify => Act::SendVerify { officer: form.officer.clone()?, opinion: words },
        ActKind::VerifyReply => Act::VerifyReply { found: form.found?, opinion: words },
        ActKind::Accept if wants_waiver(case) && !form.waived => return None,
        ActKind::Accept => Act::Accept { verification_waived: wants_waiver(case), opinion: words },
        ActKind::Reject => Act::Reject { reason: words },
        ActKind::File => {
            let row = filing::row(state, case, form)?;
            let class = form.class.clone().unwrap_or_else(|| case.report.class.clone());
            Act::File { class, condition: row.condition.clone(), limit: row.limit, opinion: words }
        }
        ActKind::Void => Act::Void { reason: words },
        ActKind::Dispatch => {
            Act::Dispatch { to: Assignee { dept: form.dept.clone()?, officer: form.officer.clone() }, opinion: words }
        }
        ActKind::Sign => Act::Sign { opinion: words },
        ActKind::AskReturn => Act::AskReturn { reason: words },
        ActKind::AgreeReturn => Act::AgreeReturn { opinion: words },
        ActKind::RefuseReturn => Act::RefuseReturn { opinion: words },
        ActKind::Finish => Act::Finish { result: words, person: form.person.trim().to_owned() },
        ActKind::ToCheck => Act::ToCheck { opinion: words },
        ActKind::SendBack => Act::SendBack { reason: words },
        ActKind::SendCheck => Act::SendCheck { officer: form.officer.clone()?, opinion: words },
        ActKind::CheckReply => Act::CheckReply { result: form.check?, opinion: words },
        ActKind::Close => Act::Close { opinion: words },
        ActKind::Rework => Act::Rework { reason: words },
        ActKind::Recheck => Act::Recheck { reason: words },
    })
}

/// What was found on the spot. The keyboard begins here while nothing is chosen, and goes on to the words once it is.
fn found(ui: &mut Ui, lang: Lang, form: &mut StepForm, complaint: Option<&str>, focus: &mut bool) {
    let all = [Found::Exist, Found::NotExist, Found::Unable].map(|one| (one, words::answer(lang, Answer::Verify(one))));
    choice(ui, lang.text("ui.field.found"), &all, &mut form.found, complaint, focus);
}

fn check(ui: &mut Ui, lang: Lang, form: &mut StepForm, complaint: Option<&str>, focus: &mut bool) {
    let all = [CheckResult::Pass, CheckResult::NotPass, CheckResult::Unable]
        .map(|one| (one, words::answer(lang, Answer::Check(one))));
    choice(ui, lang.text("ui.field.check"), &all, &mut form.check, complaint, focus);
}

fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    label: &str,
    all: &[(T, &str)],
    chosen: &mut Option<T>,
    complaint: Option<&str>,
    focus: &mut bool,
) {
    let grab = *focus && chosen.is_none();
    *focus &= !grab;
    widgets::field(ui, label, complaint, |ui, _| {
        if let Some(one) = widgets::choices_grabbing(ui, all, *chosen, grab) {
            *chosen = Some(one);
            *focus = true;
        }
    });
}

/// Forgets forms whose step has been taken: the case has moved on since they were sent.
pub fn forget_sent(state: &AppState, local: &mut Local) {
    local.forms.retain(|(id, _), form| {
        let now = state.cases.view.get(id).map(|case| case.seq);
        form.sent_at.is_none_or(|then| now.is_none_or(|now| now <= then))
    });
}
