//! Which numbers of the EPSG registry name a system of places. PROJ is not asked about others: it would say on the error stream
//! that it knows none, once for every letter that a person types, and lets nobody who calls it safely forbid that.

use std::sync::LazyLock;

/// Numbers and spans of numbers of the geographic, projected and compound systems in the database of PROJ 9.6.2, as
/// `select code from crs_view where auth_name = 'EPSG'` tells them.
const SPANS: &str = include_str!("known.txt");

static KNOWN: LazyLock<Vec<[u32; 2]>> = LazyLock::new(|| SPANS.split_whitespace().filter_map(span).collect());

fn span(text: &str) -> Option<[u32; 2]> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some([first.parse().ok()?, last.parse().ok()?])
}

/// Whether `EPSG:code` is a system that numbers of places can be in.
pub fn is_known(code: u32) -> bool {
    let after = KNOWN.partition_point(|[first, _]| *first <= code);
    after.checked_sub(1).and_then(|at| KNOWN.get(at)).is_some_and(|[_, last]| code <= *last)
}

#[cfg(test)]
mod tests {
    use proj::Proj;

    use super::*;

    #[test]
    fn what_is_listed_is_known_to_proj_and_stands_in_order() {
        assert_eq!(KNOWN.len(), SPANS.split_whitespace().count(), "each is a number or a span");
        assert!(KNOWN.iter().all(|[first, last]| first <= last));
        assert!(KNOWN.is_sorted_by(|before, after| before[1] < after[0]));
        for [first, last] in KNOWN.iter().step_by(7) {
            for code in [first, last] {
                assert!(is_known(*code) && Proj::new(&format!("EPSG:{code}")).is_ok(), "{code}");
            }
        }
    }

    #[test]
    fn the_systems_of_the_country_are_known_and_others_are_not() {
        for code in [4490, 4326, 4214, 4610, 3857, 2421, 2343, 4513, 4534, 4548, 4554, 32_650] {
            assert!(is_known(code), "{code}");
        }
        // Of heights, of nothing, and what has been typed before there was more of it.
        for code in [0, 1, 4, 45, 454, 5705, 9999, 45_480, 999_999, u32::MAX] {
            assert!(!is_known(code), "{code}");
        }
    }
}
