//! One operation of this process that changes a map.

use std::borrow::Borrow;

use super::HeapError;
use super::content::Content;
use super::map_view::MapView;
use super::writer::{Writer, busy};
use crate::access::CanWrite;
use crate::arena::Arena;
use crate::protocol::heap::map::Map;

/// Each with the lock of the map.
impl Writer<'_> {
    #[inline]
    pub(super) fn insert_key<K: Content + ?Sized, V: Content + ?Sized, A: CanWrite>(
        &self,
        map: &MapView<K, V, A>,
        key: &K,
        value: &V,
    ) -> Result<bool, HeapError> {
        key.with_bytes(|key| {
            value.with_bytes(|value| {
                let _held = self.lock(&map.lock)?;
                self.insert_bytes(map.map(self.arena()), key, value)
            })
        })
    }

    #[inline]
    pub(super) fn insert_bytes(
        &self,
        map: Map<'_, Arena>,
        key: &[u8],
        value: &[u8],
    ) -> Result<bool, HeapError> {
        let outcome = self.ours().with_cache(|heap, cache| map.insert(heap, cache, key, value));
        outcome.map_err(|fault| self.full(key.len() + value.len(), fault))
    }

    #[inline]
    pub(super) fn remove_key<K: Content + ?Sized, V: Content + ?Sized, A: CanWrite>(
        &self,
        map: &MapView<K, V, A>,
        key: &K,
    ) -> Result<bool, HeapError> {
        key.with_bytes(|key| {
            let _held = self.lock(&map.lock)?;
            self.remove_bytes(map.map(self.arena()), key)
        })
    }

    #[inline]
    pub(super) fn remove_bytes(&self, map: Map<'_, Arena>, key: &[u8]) -> Result<bool, HeapError> {
        self.ours().with_cache(|heap, cache| map.remove(heap, cache, key)).map_err(busy)
    }

    pub(super) fn take_key<K: Content + ?Sized, V: Content + ?Sized, A: CanWrite>(
        &self,
        map: &MapView<K, V, A>,
        key: &K,
    ) -> Result<Option<V::Copied>, HeapError> {
        let _held = self.lock(&map.lock)?;
        let value = map.get(key)?;
        if value.is_some() {
            key.with_bytes(|key| self.remove_bytes(map.map(self.arena()), key))?;
        }
        Ok(value)
    }

    pub(super) fn update_key<K: Content + ?Sized, V: Content + ?Sized, A: CanWrite>(
        &self,
        map: &MapView<K, V, A>,
        key: &K,
        change: impl FnOnce(&mut Option<V::Copied>),
    ) -> Result<(), HeapError> {
        let _held = self.lock(&map.lock)?;
        let mut value = map.get(key)?;
        change(&mut value);
        key.with_bytes(|key| match &value {
            Some(value) => {
                let value: &V = value.borrow();
                let insert = |value: &[u8]| self.insert_bytes(map.map(self.arena()), key, value);
                value.with_bytes(insert).map(drop)
            }
            None => self.remove_bytes(map.map(self.arena()), key).map(drop),
        })
    }

    pub(super) fn clear_map<K: Content + ?Sized, V: Content + ?Sized, A: CanWrite>(
        &self,
        map: &MapView<K, V, A>,
    ) -> Result<(), HeapError> {
        let _held = self.lock(&map.lock)?;
        let map = map.map(self.arena());
        self.ours().with_cache(|heap, cache| map.clear(heap, cache)).map_err(busy)
    }
}
