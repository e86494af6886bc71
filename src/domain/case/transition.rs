//! The table of allowed steps, after `states.tsv`.
