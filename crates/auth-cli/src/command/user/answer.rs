//! A user as the answer to what was done.

use std::fmt;

use serde::Serialize;

use super::super::text;
use crate::view::View;

#[derive(Serialize)]
pub(super) struct Answer {
    pub(super) user: View,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&text::lines(&self.user))
    }
}
