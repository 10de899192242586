//! The mappings of a region, as its named objects need them.

use std::sync::Arc;

use super::mapping::Mapping;
use crate::error::{Error, HeapError};
use crate::heap::{Claims, Home, Objects};
use crate::registry::Ground;

/// Both mappings of a region with named objects.
struct Both {
    whole: Arc<Mapping>,
    objects: Arc<Mapping>,
}

impl Home for Arc<Mapping> {
    fn objects(&self) -> Result<Arc<dyn Objects>, Error> {
        let Some(objects) = Mapping::objects(self)? else {
            let region = self.label().to_owned();
            return Err(Error::Heap { region, source: HeapError::NoHeap });
        };
        Ok(Arc::new(Both { whole: Self::clone(self), objects: Arc::clone(objects) }))
    }
}

impl Objects for Both {
    fn ground(&self) -> Ground<'_> {
        self.whole.ground()
    }

    fn base(&self) -> *mut u8 {
        self.objects.data().cast_mut()
    }

    fn claims(&self) -> &Claims {
        self.objects.claims()
    }
}
