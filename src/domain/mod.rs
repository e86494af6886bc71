//! The field: codes, organisation, categories, limits, the three clocks, and the case with its rules.
//!
//! Pure: no I/O, no clock, no SQL, no window. The same rules run in the console (to predict) and in the server
//! (to decide).

pub mod calendar;
pub mod case;
pub mod category;
pub mod code;
pub mod limit;
pub mod org;
pub mod table;
