//! Bodies of requests: bounded in size and depth before anything is made of them.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;

use super::problem::Failure;

/// Deepest nesting of arrays and objects.
const DEEPEST: usize = 32;

/// A JSON body, read within the limit of its address.
pub(super) struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = axum::body::Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                Failure::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    crate::protocol::problem::TOO_LARGE,
                    "the body is too large; send fewer at once",
                )
            } else {
                Failure::bad_request("the body did not arrive whole")
            }
        })?;
        parse(&bytes).map(Self)
    }
}

/// Reads a JSON text that is not nested too deeply.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if depth(bytes) > DEEPEST {
        return Err(Failure::bad_request(format!("the JSON text is nested deeper than {DEEPEST}")));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let kind = if error.is_data() { "a field is missing or wrong" } else { "this is no JSON text" };
        Failure::bad_request(format!("{kind}: line {}, column {}", error.line(), error.column()))
    })
}

/// Deepest nesting outside of strings; also for texts that are no JSON.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::api::{LoginRequest, PushRequest};

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        assert_eq!(depth(br#"{"a":[1,{"b":"[[[\"[["}]}"#), 3);
        assert_eq!(depth(b"]]]][["), 2);
        let deep = "[".repeat(DEEPEST + 1);
        assert!(parse::<serde_json::Value>(deep.as_bytes()).is_err());
        let fits = format!("{}{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
        assert!(parse::<serde_json::Value>(fits.as_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn no_bytes_bring_the_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse::<PushRequest>(&bytes);
            let _ = parse::<LoginRequest>(&bytes);
        }

        #[test]
        fn no_json_like_text_brings_the_reader_down(text in r#"[\[\]{}:,"\\a-z0-9.eE+-]{0,200}"#) {
            let _ = parse::<PushRequest>(text.as_bytes());
            let _ = parse::<LoginRequest>(text.as_bytes());
        }
    }
}
