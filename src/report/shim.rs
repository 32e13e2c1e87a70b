//! Stand-in for the mask until it is in main.

use std::borrow::Cow;

pub(super) fn mask(text: &str) -> Cow<'_, str> {
    mask_same_width(text)
}

pub(super) fn mask_same_width(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
