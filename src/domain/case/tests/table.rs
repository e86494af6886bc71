use super::transition::{STEPS, Step};
use super::*;
use crate::domain::case::state::Stage;

/// Read off `states.tsv` by hand and kept apart from the table under test: from, act, to, roles, who may record it.
const ROWS: &str = "
    - report REPORTED acceptor|supervisor acceptor
    REPORTED send_verify VERIFYING acceptor -
    VERIFYING verify_reply VERIFIED supervisor acceptor
    VERIFIED accept ACCEPTED acceptor -
    REPORTED accept ACCEPTED acceptor -
    REPORTED reject NOT_ACCEPTED acceptor -
    VERIFIED reject NOT_ACCEPTED acceptor -
    ACCEPTED file FILED duty_leader -
    ACCEPTED void VOID duty_leader -
    FILED dispatch DISPATCHED dispatcher -
    DISPATCHED sign HANDLING department dispatcher
    DISPATCHED ask_return RETURN_ASKED department dispatcher
    HANDLING ask_return RETURN_ASKED department dispatcher
    RETURN_ASKED agree_return FILED dispatcher -
    RETURN_ASKED refuse_return HANDLING dispatcher -
    HANDLING finish HANDLED department dispatcher
    HANDLED to_check CHECK_WAIT dispatcher -
    HANDLED send_back HANDLING dispatcher -
    CHECK_WAIT send_check CHECKING acceptor -
    CHECKING check_reply CHECKED supervisor acceptor
    CHECKED close CLOSED duty_leader -
    CHECKED rework HANDLING duty_leader -
    CHECKED recheck CHECK_WAIT duty_leader -
";

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Line {
    from: String,
    act: String,
    to: String,
    roles: Vec<String>,
    recorders: Vec<String>,
}

fn lines() -> Vec<Line> {
    let mut lines: Vec<_> = ROWS
        .lines()
        .map(str::split_whitespace)
        .filter_map(|mut cells| {
            let mut cell = || cells.next().map(str::to_owned);
            let (from, act, to) = (cell()?, cell()?, cell()?);
            let mut roles =
                || cell().map(|text| text.split('|').filter(|one| *one != "-").map(str::to_owned).collect());
            Some(Line { from, act, to, roles: roles()?, recorders: roles()? })
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn the_table_is_that_of_the_field() {
    let names = |roles: &[Role]| roles.iter().map(|role| role.name().to_owned()).collect();
    let mut found: Vec<_> = STEPS
        .iter()
        .map(|step| Line {
            from: step.from.map_or("-", State::name).to_owned(),
            act: step.act.name().to_owned(),
            to: step.to.name().to_owned(),
            roles: names(step.roles),
            recorders: names(step.recorders),
        })
        .collect();
    found.sort();
    assert_eq!(found, lines());
}

#[test]
fn every_act_has_its_rows_and_they_agree_on_the_roles() {
    for kind in ActKind::ALL {
        let rows: Vec<_> = Step::of(*kind).collect();
        assert!(!rows.is_empty(), "{kind:?}");
        assert!(rows.iter().all(|row| (row.roles, row.recorders) == (rows[0].roles, rows[0].recorders)), "{kind:?}");
        assert_eq!(rows.len(), STEPS.iter().filter(|step| step.act == *kind).count());
    }
    // What an ended case waits for is nothing, and every open one that can be reached goes on.
    for state in State::ALL {
        assert_eq!(state.stage().is_some(), state.is_open(), "{state:?}");
        if !state.is_open() {
            assert!(STEPS.iter().all(|step| step.from != Some(state)), "{state:?}");
        }
    }
    for step in STEPS.iter().filter(|step| step.to.is_open()) {
        assert!(STEPS.iter().any(|next| next.from == Some(step.to)), "{step:?} leads nowhere");
    }
    assert!(STEPS.iter().all(|step| step.stage != Stage::Handle || step.roles == [Role::Department]));
}

/// A case that stands in `state` and in which nothing but the state stands in the way of `act`.
fn standing(state: State, act: ActKind) -> Case {
    let mut case = desk_after(TO_HANDLING).case.unwrap();
    case.state = state;
    case.assignee = Some(assignee());
    case.officer = Some(officer());
    case.found = Some(Found::Exist);
    case.check = Some(match act {
        ActKind::Rework => CheckResult::NotPass,
        ActKind::Recheck => CheckResult::Unable,
        _ => CheckResult::Pass,
    });
    case.dispatched_by = Some(UserId::from("somebody else"));
    case
}

fn party(kind: ActKind) -> OnBehalfOf {
    match kind {
        ActKind::Sign | ActKind::AskReturn | ActKind::Finish => OnBehalfOf::Department(dept()),
        _ => OnBehalfOf::Officer(officer()),
    }
}

#[test]
fn every_state_act_and_role_agrees_with_the_table() {
    let lines = lines();
    let (mut allowed, mut all) = (0, 0);
    for kind in ActKind::ALL.iter().copied().filter(|kind| *kind != ActKind::Report) {
        for state in State::ALL {
            for role in Role::ALL {
                for told in [false, true] {
                    let who = User { dept: Some(dept()), officer: Some(officer()), ..user("tester", &[role]) };
                    let mut desk = Desk::new();
                    desk.case = Some(standing(state, kind));
                    let mut command = desk.command(&who, role, act(kind));
                    command.actor.on_behalf_of = told.then(|| party(kind));
                    let row = lines.iter().find(|line| line.act == kind.name() && line.from == state.name());
                    let any = lines.iter().find(|line| line.act == kind.name()).unwrap();
                    let may = |line: &Line| {
                        let roles = if told { &line.recorders } else { &line.roles };
                        roles.iter().any(|name| name == role.name())
                    };
                    let answer = desk.decide(&who, &command);
                    let what = format!("{kind:?} in {state:?} by {role:?}, told: {told}: {answer:?}");
                    match (row, may(any)) {
                        (Some(line), true) => {
                            let entries = answer.as_ref().unwrap_or_else(|_| panic!("{what}"));
                            let after = apply(desk.case.clone(), &entries[0]).unwrap();
                            assert_eq!((entries.len(), after.state.name()), (1, line.to.as_str()), "{what}");
                            assert_eq!(entries[0].fact.act(), kind, "{what}");
                            allowed += 1;
                        }
                        (None, true) => assert_eq!(answer, Err(Refusal::NotInState { act: kind, state }), "{what}"),
                        (_, false) => assert!(
                            matches!(
                                answer,
                                Err(Refusal::NotAllowed { .. } | Refusal::Missing { .. } | Refusal::BadValue { .. })
                            ),
                            "{what}"
                        ),
                    }
                    // What is offered as a button can be done, and nothing else is offered.
                    let offered = transition::open_steps(desk.case(), &who).iter().any(|step| step.act == kind);
                    let can = row
                        .is_some_and(|line| line.roles.iter().chain(&line.recorders).any(|name| name == role.name()));
                    assert_eq!(offered, can, "{what}");
                    all += 1;
                }
            }
        }
    }
    assert_eq!((allowed, all), (28, 19 * 22 * 7 * 2));
}
