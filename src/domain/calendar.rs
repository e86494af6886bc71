//! Working calendar and the three clocks (DOMAIN.md 4.3).

/// Working days, holidays, make-up workdays and the slots of a working day.
#[derive(Clone, Debug, Default)]
pub struct Calendar {}
