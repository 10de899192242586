//! Each path that the suite asks for, as Rust names it.

use shm_core::traits::Root;
use shm_core::{ReadOnly, View};

use super::form::{Form, assign, get, set};
use crate::canon;
use crate::everything::{Board, Everything, Frame};
use crate::stations::{appended, own};
use crate::way::Answer;
use crate::words::{
    DOES_NOT_FIT, INVALID_VALUE, NO_ENTRY, NOT_WRITABLE, OUT_OF_BOUNDS, UNKNOWN_FIELD, of_heap,
    of_load,
};

/// A struct, whose fields are read and written by their keys: paths with `[]` for each index.
pub(super) trait Fields: Root {
    fn get(all: &View<Self, ReadOnly>, key: &str, index: &[usize]) -> Answer;
    fn set(all: &View<Self>, key: &str, index: &[usize], text: &str) -> Answer;

    fn remove(_: &View<Self>, _: &str, _: &[usize]) -> Answer {
        Err(UNKNOWN_FIELD.to_owned())
    }

    fn add(_: &View<Self>, _: &str, _: u64) -> Option<u64> {
        None
    }

    fn whole(_: &View<Self, ReadOnly>) -> Answer {
        Err(UNKNOWN_FIELD.to_owned())
    }

    fn len(_: &View<Self, ReadOnly>) -> Option<usize> {
        None
    }
}

/// An element, or the word for an index that is past the end.
macro_rules! at {
    ($array:expr, $index:expr) => {
        $array.get($index).ok_or(OUT_OF_BOUNDS)?
    };
}

/// The two functions of [`Fields`], from the place that each key means: a plain field; a part of the value in
/// a `Latest` or a `Watched`; a field inside a `Mutex`.
macro_rules! fields {
    (
        $all:ident, $i:ident;
        plain { $($key:literal => $place:expr;)* }
        $(latest { $($of_latest:literal => $latest:expr, $version:ident => $part:expr;)* }
        watched { $($of_watched:literal => $watched:expr, $now:ident => $in_watched:expr;)* }
        guarded { $($of_mutex:literal => $mutex:expr, $inside:ident => $guarded:expr;)* })?
    ) => {
        #[allow(unused_variables, reason = "not every struct has arrays")]
        fn get($all: &View<Self, ReadOnly>, key: &str, $i: &[usize]) -> Answer {
            match key {
                $($key => get(&$place),)*
                $($($of_latest => {
                    let $version = &$latest.load().map_err(|error| of_load(&error))?;
                    Ok(($part).show())
                })*
                $($of_watched => {
                    let $now = &$watched.get().map_err(|_| INVALID_VALUE)?;
                    Ok(($in_watched).show())
                })*
                $($of_mutex => {
                    let $inside = $mutex.unlocked();
                    get(&$guarded)
                })*)?
                _ => Err(UNKNOWN_FIELD.to_owned()),
            }
        }

        #[allow(unused_variables, reason = "not every struct has arrays")]
        fn set($all: &View<Self>, key: &str, $i: &[usize], text: &str) -> Answer {
            match key {
                $($key => set(&$place, text),)*
                $($($of_latest => {
                    let mut new = $latest.load().map_err(|error| of_load(&error))?;
                    let $version = &mut new;
                    assign(&mut $part, text)?;
                    $latest.store(&new).map_err(|_| NOT_WRITABLE)?;
                    Ok("ok".to_owned())
                })*
                $($of_watched => {
                    let mut new = $watched.get().map_err(|_| INVALID_VALUE)?;
                    let $now = &mut new;
                    assign(&mut $in_watched, text)?;
                    $watched.set(new);
                    Ok("ok".to_owned())
                })*
                $($of_mutex => {
                    let $inside = $mutex.lock().expect("no owner died");
                    set(&$guarded, text)
                })*)?
                _ => Err(UNKNOWN_FIELD.to_owned()),
            }
        }
    };
}

impl Fields for Everything {
    fields! {
        all, i;
        plain {
            "u8" => all.u8; "u16" => all.u16; "u32" => all.u32; "u64" => all.u64;
            "i8" => all.i8; "i16" => all.i16; "i32" => all.i32; "i64" => all.i64;
            "f32" => all.f32; "f64" => all.f64; "bool" => all.bool; "char" => all.char;
            "class" => all.class;
            "non_zero" => all.non_zero; "non_zero_i64" => all.non_zero_i64; "maybe" => all.maybe;
            "mode" => all.mode; "signed" => all.signed; "unsigned" => all.unsigned;
            "be_u16" => all.be_u16; "be_i32" => all.be_i32; "be_u64" => all.be_u64;
            "be_f32" => all.be_f32; "be_f64" => all.be_f64;
            "le_u32" => all.le_u32; "le_i64" => all.le_i64; "le_f64" => all.le_f64;
            "packed_u16" => all.packed_u16; "packed_i32" => all.packed_i32;
            "packed_u64" => all.packed_u64; "packed_f32" => all.packed_f32;
            "packed_f64" => all.packed_f64; "packed_u128" => all.packed_u128;
            "packed_i128" => all.packed_i128; "text" => all.text;
            "numbers[]" => *at!(all.numbers, i[0]);
            "rows[][]" => *at!(at!(all.rows, i[0]), i[1]);
            "bools[]" => *at!(all.bools, i[0]);
            "modes[]" => *at!(all.modes, i[0]);
            "chars[]" => *at!(all.chars, i[0]);
            "ordered[]" => *at!(all.ordered, i[0]);
            "names[]" => *at!(all.names, i[0]);
            "point.x" => all.point.x;
            "point.path[][]" => *at!(at!(all.point.path, i[0]), i[1]);
            "points[].y" => at!(all.points, i[0]).y;
            "pair.0" => all.pair.0; "pair.1" => all.pair.1;
        }
        latest {
            "latest_f64" => all.latest_f64, value => *value;
            "latest_bool" => all.latest_bool, value => *value;
            "latest_mode" => all.latest_mode, value => *value;
            "latest_char" => all.latest_char, value => *value;
            "latest_be" => all.latest_be, value => *value;
            "latest_u128" => all.latest_u128, value => *value;
            "latest_wide[]" => all.latest_wide, value => value[i[0]];
            "latest_text" => all.latest_text, value => *value;
            "latest_bytes" => all.latest_bytes, value => *value;
            "latest_array[]" => all.latest_array, value => value[i[0]];
            "latest_points[].y" => all.latest_points, value => value[i[0]].y;
            "latest_snapshot.point.x" => all.latest_snapshot, value => value.point.x;
            "latest_snapshot.modes[]" => all.latest_snapshot, value => value.modes[i[0]];
            "latest_snapshot.name" => all.latest_snapshot, value => value.name;
            "latest_snapshot.data" => all.latest_snapshot, value => value.data;
            "latest_snapshot.wide" => all.latest_snapshot, value => value.wide;
            "latest_snapshot.negative" => all.latest_snapshot, value => value.negative;
            "tracks[].x" => at!(all.tracks, i[0]), value => value.x;
        }
        watched {
            "watched" => all.watched, value => *value;
            "watched_point.y" => all.watched_point, value => value.y;
            "watched_array[]" => all.watched_array, value => value[i[0]];
        }
        guarded {
            "account.balance" => all.account, inside => inside.balance;
            "guarded" => all.guarded, inside => *inside;
            "guarded_text" => all.guarded_text, inside => *inside;
            "guarded_point.x" => all.guarded_point, inside => inside.x;
            "beside" => all.lock, _inside => all.beside;
            "beside_points[].y" => all.lock, _inside => at!(all.beside_points, i[0]).y;
        }
    }

    fn whole(all: &View<Self, ReadOnly>) -> Answer {
        let array = all.latest_array.load().map_err(|error| of_load(&error))?;
        Ok(array.map(|element| element.show()).join(" "))
    }
}

impl Fields for Frame {
    fields! {
        all, i;
        plain {
            "stamp" => all.stamp; "width" => all.width; "pixels[]" => *at!(all.pixels, i[0]);
        }
    }

    fn len(all: &View<Self, ReadOnly>) -> Option<usize> {
        Some(all.pixels.len())
    }
}

impl Fields for Board {
    fn get(all: &View<Self, ReadOnly>, key: &str, index: &[usize]) -> Answer {
        match key {
            "number" => get(&all.number),
            "notes[]" => {
                let note = all.notes.get(&(index[0] as u32)).map_err(|error| of_heap(&error))?;
                Ok(canon::text(&note.ok_or(NO_ENTRY)?))
            }
            "title" => Ok(canon::text(&all.title.load().map_err(|error| of_heap(&error))?)),
            _ => Err(UNKNOWN_FIELD.to_owned()),
        }
    }

    fn remove(all: &View<Self>, _: &str, index: &[usize]) -> Answer {
        match all.notes.remove(&(index[0] as u32)).map_err(|error| of_heap(&error))? {
            true => Ok("ok".to_owned()),
            false => Err(NO_ENTRY.to_owned()),
        }
    }

    fn set(all: &View<Self>, key: &str, index: &[usize], text: &str) -> Answer {
        match key {
            "number" => set(&all.number, text),
            "notes[]" => {
                let text = canon::read_text(text).ok_or(DOES_NOT_FIT)?;
                all.notes.insert(&(index[0] as u32), &text).expect("a place in the heap");
                Ok("ok".to_owned())
            }
            "title" => {
                let text = canon::read_text(text).ok_or(DOES_NOT_FIT)?;
                all.title.set(&text).expect("a place in the heap");
                Ok("ok".to_owned())
            }
            _ => Err(UNKNOWN_FIELD.to_owned()),
        }
    }
}

impl Fields for own::Station {
    fields! {
        all, i;
        plain { "temperature" => all.temperature; "hits" => all.hits; "mode" => all.mode; }
    }

    fn add(all: &View<Self>, key: &str, number: u64) -> Option<u64> {
        (key == "hits").then(|| all.hits.fetch_add(number))
    }
}

impl Fields for appended::Station {
    fields! {
        all, i;
        plain {
            "temperature" => all.temperature; "hits" => all.hits; "mode" => all.mode;
            "humidity" => all.humidity;
        }
    }
}
