//! Pushing the outbox and pulling the feeds; the only user of HTTP on the console's side.
