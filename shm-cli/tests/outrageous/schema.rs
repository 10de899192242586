//! Schemas that no program would have, as bytes, including ones that a builder would refuse.

use shm_core::schema::Schema;

/// The types of a schema, parts before wholes.
#[derive(Clone, Default)]
pub(crate) struct Types {
    records: Vec<u8>,
    sizes: Vec<(u64, u32)>,
}

pub(crate) const U8: u8 = 1;
pub(crate) const U32: u8 = 3;
pub(crate) const U64: u8 = 4;
const MUTEX: u8 = 1;
const LATEST: u8 = 2;

/// A field: its name and its type.
pub(crate) type Field = (String, u32);

impl Types {
    fn add(&mut self, align: u32, size: u64, head: (u8, u8, u32), payload: &[u8]) -> u32 {
        let (tag, detail, count) = head;
        self.records.extend((24 + payload.len() as u32).to_le_bytes());
        self.records.extend(align.to_le_bytes());
        self.records.extend(size.to_le_bytes());
        self.records.extend([tag, detail, 0, 0]);
        self.records.extend(count.to_le_bytes());
        self.records.extend(payload);
        self.sizes.push((size, align));
        self.sizes.len() as u32 - 1
    }

    pub(crate) fn scalar(&mut self, code: u8) -> u32 {
        let size = match code {
            U8 => 1,
            U32 => 4,
            _ => 8,
        };
        self.add(size, u64::from(size), (1, code, 0), &[])
    }

    pub(crate) fn marker(&mut self) -> u32 {
        self.add(1, 0, (9, 0, 0), &[])
    }

    pub(crate) fn c_text(&mut self, capacity: u64) -> u32 {
        self.add(1, capacity, (5, 1, 0), &capacity.to_le_bytes())
    }

    pub(crate) fn array(&mut self, element: u32, len: u64) -> u32 {
        let (size, align) = self.sizes[element as usize];
        let payload = [&element.to_le_bytes()[..], &len.to_le_bytes()].concat();
        self.add(align, size.saturating_mul(len), (6, 0, 0), &payload)
    }

    pub(crate) fn enumeration(&mut self, code: u8, variants: u32, name: &str) -> u32 {
        let mut payload = Vec::new();
        for value in 0..u64::from(variants) {
            payload.extend(value.to_le_bytes());
            put_name(&format!("{name}{value}"), &mut payload);
        }
        let size = if code == U32 { 4 } else { 2 };
        self.add(size, u64::from(size), (3, code, variants), &payload)
    }

    pub(crate) fn structure(&mut self, fields: &[Field]) -> u32 {
        self.with_role(0, 1, fields)
    }

    pub(crate) fn mutex(&mut self, word: u32, value: u32) -> u32 {
        self.with_role(MUTEX, 1, &[("lock".to_owned(), word), ("value".to_owned(), value)])
    }

    pub(crate) fn latest(&mut self, long: u32, word: u32, value: u32) -> u32 {
        let slot = self.with_role(0, 64, &[("value".to_owned(), value)]);
        let slots = self.array(slot, 4);
        let fields = [("sequence", long), ("lock", word), ("slots", slots)];
        self.with_role(LATEST, 64, &fields.map(|(name, ty)| (name.to_owned(), ty)))
    }

    /// A struct as C lays it out.
    pub(crate) fn with_role(&mut self, role: u8, align: u32, fields: &[Field]) -> u32 {
        let (mut end, mut align, mut payload) = (0_u64, align, Vec::new());
        for (name, ty) in fields {
            let (size, of_field) = self.sizes[*ty as usize];
            align = align.max(of_field);
            let offset = end.next_multiple_of(u64::from(of_field));
            payload.extend(offset.to_le_bytes());
            payload.extend(ty.to_le_bytes());
            put_name(name, &mut payload);
            end = offset.saturating_add(size);
        }
        let size = end.checked_next_multiple_of(u64::from(align)).unwrap_or(u64::MAX);
        self.add(align, size, (8, role, fields.len() as u32), &payload)
    }

    /// Structs nested once for each name.
    pub(crate) fn nested(&mut self, mut ty: u32, names: impl IntoIterator<Item = String>) -> u32 {
        for name in names {
            ty = self.structure(&[(name, ty)]);
        }
        ty
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [&(self.sizes.len() as u32).to_le_bytes()[..], &self.records].concat()
    }

    /// The size and the alignment of the whole.
    pub(crate) fn root(&self) -> (u64, u32) {
        *self.sizes.last().expect("a type")
    }

    pub(crate) fn is_accepted(&self) -> bool {
        Schema::decode(&self.bytes()).is_ok()
    }
}

pub(crate) fn put_name(name: &str, payload: &mut Vec<u8>) {
    payload.extend((name.len() as u16).to_le_bytes());
    payload.extend(name.as_bytes());
}

/// Fields of one type whose names have `len` bytes.
pub(crate) fn fields(count: usize, len: usize, ty: u32) -> Vec<Field> {
    (0..count).map(|index| (format!("f{index:0>width$}", width = len - 1), ty)).collect()
}
