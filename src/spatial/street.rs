//! A street's cells, communities, components and addresses, indexed by place.

/// What a point is asked against.
#[derive(Debug, Default)]
pub struct Street {}
