//! The bytes of a value that are not padding, as groups of words of one width.

use crate::schema::{Live, Type, TypeKind};

/// Words of one width side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) offset: usize,
    /// Bytes of each word.
    pub(super) width: usize,
    /// Bytes of all of them.
    pub(super) len: usize,
}

/// The part of a type that is not plain words: a live type, or one whose length is known at run time.
pub(super) fn not_plain(ty: Type<'_>) -> Option<Type<'_>> {
    match ty.kind() {
        TypeKind::Array { element, .. } => not_plain(element),
        TypeKind::Struct { .. } => ty.fields().find_map(|field| not_plain(field.ty())),
        TypeKind::Live { .. } if ty.live().and_then(Live::counted).is_some() => None,
        TypeKind::Live { .. } | TypeKind::Slice { .. } | TypeKind::Unknown(_) => Some(ty),
        _ => None,
    }
}

/// Whether a type has words wider than 8 bytes, which only a private copy can have.
pub(super) fn has_wide_words(ty: Type<'_>) -> bool {
    match ty.kind() {
        TypeKind::Array { element, .. } => has_wide_words(element),
        TypeKind::Struct { .. } => ty.fields().any(|field| has_wide_words(field.ty())),
        _ => word(ty).is_some_and(|(width, _)| width > 8),
    }
}

/// Whether some bytes are not a value of a type.
pub(super) fn has_invalid_bytes(ty: Type<'_>) -> bool {
    use crate::layout::ScalarKind::Char;
    match ty.kind() {
        TypeKind::Array { element, .. } => has_invalid_bytes(element),
        TypeKind::Struct { .. } => ty.fields().any(|field| has_invalid_bytes(field.ty())),
        TypeKind::NonZero { optional, .. } => !optional,
        TypeKind::Scalar(scalar) => scalar == Char,
        TypeKind::Enum { .. } | TypeKind::Live { .. } | TypeKind::Unknown(_) => true,
        _ => false,
    }
}

/// Groups spans that follow each other.
pub(super) struct Spans<F> {
    last: Span,
    each: F,
}

impl<F: FnMut(Span)> Spans<F> {
    /// Calls `each` for the spans of `count` values side by side, the first of which starts at an offset. None of their
    /// parts is [`not_plain`].
    pub(super) fn of(ty: Type<'_>, offset: usize, count: u64, each: F) {
        let mut spans = Self { last: Span { offset, width: 1, len: 0 }, each };
        spans.values(ty, offset, count);
        if spans.last.len > 0 {
            (spans.each)(spans.last);
        }
    }

    fn values(&mut self, ty: Type<'_>, offset: usize, count: u64) {
        let size = ty.size() as usize;
        if let Some(width) = dense(ty) {
            return self.push(Span { offset, width, len: size * count as usize });
        }
        // Without bytes, there can be any number.
        let count = if size == 0 { 0 } else { count };
        for index in 0..count as usize {
            self.value(ty, offset + index * size);
        }
    }

    fn value(&mut self, ty: Type<'_>, offset: usize) {
        match ty.kind() {
            TypeKind::Array { element, len } => self.values(element, offset, len),
            TypeKind::Struct { .. } => {
                for field in ty.fields() {
                    self.values(field.ty(), offset + field.offset() as usize, 1);
                }
            }
            TypeKind::Live { .. } => {
                let counted = ty.live().and_then(Live::counted).expect("plain types only");
                self.push(Span { offset, width: 4, len: 4 });
                let (start, len) = (counted.bytes as usize, counted.capacity as usize);
                self.push(Span { offset: offset + start, width: 1, len });
            }
            _ => {}
        }
    }

    fn push(&mut self, span: Span) {
        let last = &mut self.last;
        if last.offset + last.len == span.offset && (last.width == span.width || last.len == 0) {
            (last.width, last.len) = (span.width, last.len + span.len);
            return;
        }
        let done = std::mem::replace(last, span);
        if done.len > 0 {
            (self.each)(done);
        }
    }
}

/// The width of the words of a type that is nothing but words of one width, without padding.
fn dense(ty: Type<'_>) -> Option<usize> {
    match ty.kind() {
        TypeKind::Array { element, .. } => dense(element),
        TypeKind::Struct { .. } => {
            let (mut end, mut width) = (0, None);
            for field in ty.fields() {
                let found = dense(field.ty())?;
                if field.offset() != end || width.is_some_and(|width| width != found) {
                    return None;
                }
                (end, width) = (end + field.ty().size(), Some(found));
            }
            width.filter(|_| end == ty.size())
        }
        _ => word(ty).map(|(width, _)| width),
    }
}

/// The width and the number of the words of a type without parts.
fn word(ty: Type<'_>) -> Option<(usize, usize)> {
    let size = ty.size() as usize;
    match ty.kind() {
        TypeKind::Scalar(_) | TypeKind::NonZero { .. } | TypeKind::Enum { .. } => Some((size, 1)),
        TypeKind::Ordered { packed: false, .. } => Some((size, 1)),
        TypeKind::Ordered { .. } | TypeKind::CText { .. } => Some((1, size)),
        _ => None,
    }
}
