//! What becomes of foreign columns: for each table its layer, and for each of our attributes the column it comes from. A
//! mapping can be kept under a name.

use eframe::egui::{Button, CollapsingHeader, Id, Label, RichText, Ui};

use super::{chosen, send};
use crate::app::action::Action;
use crate::app::intake::IntakeAction;
use crate::app::state::AppState;
use crate::base::text::Lang;
use crate::spatial::feature::Layer;
use crate::spatial::import::SourceReport;
use crate::spatial::import::profile::{FieldRule, Profile, TableRule, propose_for};
use crate::ui::local::Local;
use crate::ui::theme::SMALL;
use crate::ui::widgets;

/// Shows it.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    widgets::section(ui, lang.text("data.mapping"));
    kept(ui, state, local, out);
    let sources = &state.intake.sources;
    let profile = state.intake.profile().cloned().unwrap_or_default();
    let unassigned: Vec<&SourceReport> = sources
        .iter()
        .filter(|source| !source.fields.is_empty() && !profile.tables.iter().any(|rule| is_of(rule, source)))
        .collect();
    if profile.tables.is_empty() {
        let key = if sources.is_empty() { "data.mapping.after_trial" } else { "data.mapping.by_tags" };
        ui.add(Label::new(RichText::new(lang.text(key)).size(SMALL)).wrap());
    }
    let mut next = profile.clone();
    for (number, source) in unassigned.iter().enumerate() {
        next.tables.extend(assigned(ui, lang, number, source));
    }
    for (number, rule) in next.tables.iter_mut().enumerate() {
        let source = sources.iter().find(|source| is_of(rule, source));
        let title = if rule.source.is_empty() { lang.text("data.mapping.all_tables") } else { &rule.source };
        CollapsingHeader::new(title).id_salt(("data-rule", number)).default_open(true).show(ui, |ui| {
            table(ui, lang, number, rule, source);
        });
    }
    if next != profile {
        let wishes = crate::app::intake::Wishes { profile: Some(next), ..state.intake.wishes.clone() };
        send(out, IntakeAction::Wishes { wishes: Box::new(wishes) });
    }
}

/// Whether a rule is for what was read from a source.
fn is_of(rule: &TableRule, source: &SourceReport) -> bool {
    let stem = source.path.file_stem().unwrap_or_default().to_string_lossy();
    rule.source.is_empty() || rule.source == source.table || rule.source == stem
}

/// A table that nobody has said a layer for, and the rule that comes of saying one.
fn assigned(ui: &mut Ui, lang: Lang, number: usize, source: &SourceReport) -> Option<TableRule> {
    let stem = source.path.file_stem().unwrap_or_default().to_string_lossy();
    let name = if source.table.is_empty() { &*stem } else { &source.table };
    let label = lang.fill("data.mapping.choose", &[("source", &name)]);
    ui.add(Label::new(RichText::new(label.as_str()).size(SMALL)).wrap());
    let layers: Vec<(String, String)> =
        Layer::ALL.iter().map(|layer| (layer.table().to_owned(), layer_name(lang, layer.table()))).collect();
    let chosen = chosen(ui, ("data-unassigned", number), &label, lang.text("data.mapping.no_layer"), &layers)?;
    let layer = Layer::ALL.into_iter().find(|layer| layer.table() == chosen)?;
    let columns: Vec<String> = source.fields.keys().cloned().collect();
    Some(propose_for(layer, name, &columns))
}

fn layer_name(lang: Lang, table: &str) -> String {
    lang.find(&format!("tool.layer.{table}")).unwrap_or(table).to_owned()
}

fn table(ui: &mut Ui, lang: Lang, number: usize, rule: &mut TableRule, source: Option<&SourceReport>) {
    let layers: Vec<(String, String)> =
        Layer::ALL.iter().map(|layer| (layer.table().to_owned(), layer_name(lang, layer.table()))).collect();
    let label = lang.text("data.mapping.layer");
    ui.label(RichText::new(label).size(SMALL));
    let shown = layer_name(lang, &rule.layer);
    if let Some(layer) = chosen(ui, ("data-layer", number), label, &shown, &layers)
        && layer != rule.layer
    {
        rule.layer = layer;
        // Columns of another layer's.
        let known = rule.target().map(Layer::columns).unwrap_or_default();
        rule.extra.retain(|column, _| known.contains(&column.as_str()));
    }
    let columns: Vec<(String, String)> = std::iter::once((String::new(), lang.text("data.mapping.none").to_owned()))
        .chain(source.into_iter().flat_map(|source| &source.fields).map(|(column, sample)| {
            let words = if sample.is_empty() { column.clone() } else { format!("{column}（{sample}）") };
            (column.clone(), words)
        }))
        .collect();
    for (attribute, field) in [("class", &mut rule.class), ("code", &mut rule.code), ("name", &mut rule.name)] {
        attribute_row(ui, lang, number, attribute, field, &columns);
    }
    for attribute in rule.target().map(Layer::columns).unwrap_or_default() {
        let mut field = rule.extra.get(*attribute).cloned().unwrap_or_default();
        attribute_row(ui, lang, number, attribute, &mut field, &columns);
        if field == FieldRule::default() {
            rule.extra.remove(*attribute);
        } else {
            rule.extra.insert((*attribute).to_owned(), field);
        }
    }
}

fn attribute_row(
    ui: &mut Ui,
    lang: Lang,
    number: usize,
    attribute: &str,
    field: &mut FieldRule,
    columns: &[(String, String)],
) {
    let name = lang.find(&format!("tool.column.{attribute}")).unwrap_or(attribute);
    ui.horizontal(|ui| {
        ui.allocate_ui(eframe::egui::vec2(76.0, 18.0), |ui| {
            ui.set_width(76.0);
            ui.add(Label::new(RichText::new(name).size(SMALL)).truncate());
        });
        // Several columns, a part, a table of values or a fixed value come from a kept mapping and are told, not lost.
        let first = field.columns.first().cloned().unwrap_or_default();
        let known = columns.iter().find(|(column, _)| *column == first).map(|(_, words)| words.clone());
        let mut shown = known.unwrap_or_else(|| first.clone());
        let more = field.columns.len().saturating_sub(1);
        if more > 0 {
            shown = format!("{shown} +{more}");
        }
        if field.columns.is_empty() && !field.value.is_empty() {
            shown = format!("= {}", field.value);
        }
        if let Some(column) = chosen(ui, ("data-column", number, attribute), name, &shown, columns) {
            field.columns = if column.is_empty() { Vec::new() } else { vec![column] };
            if field.columns.is_empty() {
                *field = FieldRule::default();
            }
        }
    });
}

/// The mappings that are kept.
fn kept(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    for name in &state.intake.profiles {
        let used = state.intake.wishes.profile.as_ref().is_some_and(|profile| profile.name == *name);
        ui.horizontal(|ui| {
            let delete = lang.fill("data.profile.delete", &[("name", name)]);
            if ui.small_button("×").on_hover_text(delete.as_str()).accessible_name(delete).clicked() {
                send(out, IntakeAction::DeleteProfile { name: name.clone() });
            }
            let take = lang.fill("data.profile.take", &[("name", name)]);
            let button = Button::selectable(used, name.as_str()).frame_when_inactive(true);
            if ui.add(button).accessible_name(take).clicked() {
                if used {
                    let wishes = crate::app::intake::Wishes { profile: None, ..state.intake.wishes.clone() };
                    send(out, IntakeAction::Wishes { wishes: Box::new(wishes) });
                } else {
                    send(out, IntakeAction::LoadProfile { name: name.clone() });
                }
            }
        });
    }
    let has = state.intake.profile().is_some_and(|profile: &Profile| !profile.tables.is_empty());
    if has {
        let id = Id::unique("data-profile");
        let entered = widgets::enter(ui, id);
        widgets::field(ui, lang.text("data.profile.name"), None, |ui, label| {
            widgets::line(ui, id, &mut local.data.profile, lang.text("data.profile.hint")).labelled_by(label);
        });
        let typed = !local.data.profile.trim().is_empty();
        let saved = ui.add_enabled(typed, Button::new(lang.text("data.profile.save"))).clicked();
        if typed && (saved || entered) {
            send(out, IntakeAction::SaveProfile { name: std::mem::take(&mut local.data.profile) });
        }
    }
}
