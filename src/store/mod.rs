//! What the console keeps on its disk: a precious outbox and a cache that can be made again.
