//! The demonstration subdistrict (示范街道): generated from a seed, and labelled as generated.
