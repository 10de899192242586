//! Compares the derive's output with files in `tests/snapshots/`, so that a change of the output shows
//! up in review. `SHM_BLESS=1 cargo test -p shm-derive` rewrites the files.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

fn expansion(item: TokenStream) -> String {
    let input = syn::parse2(item).expect("an item");
    printed(crate::derive(&input))
}

fn printed(output: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(output).expect("the output is Rust"))
}

#[track_caller]
fn check(name: &str, item: TokenStream) {
    check_printed(name, &expansion(item));
}

#[track_caller]
fn check_printed(name: &str, printed: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/{name}.rs"));
    if std::env::var_os("SHM_BLESS").is_some() {
        std::fs::write(&file, printed).expect("the snapshot can be written");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = || printed.lines().zip(expected.lines()).position(|(now, then)| now != then);
    assert!(
        printed == expected,
        "{} differs, from line {:?} on; run with SHM_BLESS=1 and review the change",
        file.display(),
        differs().map(|line| line + 1),
    );
}

#[test]
fn a_struct_with_named_fields() {
    check(
        "named",
        quote! {
            /// One weather station.
            #[repr(C)]
            pub struct Station {
                /// Outside.
                #[shm(unit = "°C")]
                pub temperature: f64,
                r#type: [u32; Self::TYPES],
            }
        },
    );
}

#[test]
fn a_struct_with_room_to_grow_and_a_renamed_field() {
    check(
        "growing",
        quote! {
            #[repr(C)]
            #[shm(capacity = 4 * LINE)]
            struct Station {
                #[shm(unit = "°C", alias = "temp", alias = "t")]
                temperature: f64,
                #[shm(alias = "type")]
                kind: u32,
            }
        },
    );
}

#[test]
fn a_struct_of_counters() {
    check(
        "counters",
        quote! {
            #[repr(C)]
            #[shm(fold = "sum")]
            struct Counters {
                requests: u64,
                bytes: [u64; 4],
            }
        },
    );
}

#[test]
fn a_tuple_struct_with_an_alignment() {
    check(
        "tuple",
        quote! {
            #[repr(C, align(64))]
            #[shm(view = "Both")]
            struct Pair(u8, pub(crate) u32);
        },
    );
}

#[test]
fn a_generic_struct() {
    check(
        "generic",
        quote! {
            #[repr(C)]
            struct Ring<A: Copy, const N: usize = 4>
            where
                A: Debug,
            {
                head: u32,
                items: [A; N],
                marker: PhantomData<Self>,
            }
        },
    );
}

#[test]
fn a_struct_with_a_trailing_slice() {
    check(
        "tail",
        quote! {
            #[repr(C)]
            struct Frame {
                width: u64,
                pixels: [u8],
            }
        },
    );
}

#[test]
fn an_enum() {
    check(
        "enumeration",
        quote! {
            /// The mode of a robot.
            #[repr(i16)]
            enum Mode {
                Idle = 1 - 1,
                Busy = -3,
                r#Gone = 0x7f,
            }
        },
    );
}

#[test]
fn a_value_in_a_heap() {
    let item = quote! {
        /// Work to do.
        pub struct Job {
            /// As its author gave it.
            pub title: String,
            #[shm(unit = "s")]
            times: [f64; 2],
            steps: Vec<[Step; 3]>,
        }
    };
    let input = syn::parse2(item).expect("an item");
    check_printed("heap_value", &printed(crate::heap_value::derive(&input)));
}

#[test]
fn a_refused_struct_with_stand_ins() {
    check(
        "refused",
        quote! {
            struct Node {
                value: u64,
                next: *const Node,
            }
        },
    );
}

#[test]
fn a_renamed_crate_is_called_only_by_its_new_name() {
    let fields = quote!({ a: u32, b: Other, c: PhantomData<T>, d: [T] });
    let items = [
        quote!(#[repr(C)] #[shm(crate = "elsewhere::shm")] struct S<T> #fields),
        quote!(
            #[repr(C)]
            #[shm(crate = elsewhere::shm)]
            struct S {
                a: u32,
            }
        ),
        quote!(
            #[repr(u8)]
            #[shm(crate = "elsewhere::shm")]
            enum E {
                A,
            }
        ),
        quote!(
            #[shm(crate = "elsewhere::shm")]
            struct S {
                a: &u32,
            }
        ),
        quote!(#[shm(crate = "elsewhere::shm")] union U { a: u32 }),
    ];
    for item in items {
        let printed = expansion(item);
        assert!(printed.contains("elsewhere::shm::"), "{printed}");
        assert!(!printed.contains("shm_core"), "{printed}");
    }
}

#[test]
fn all_mistakes_in_an_item_are_reported_at_once() {
    let printed = expansion(quote! {
        #[shm(colour = "red")]
        struct Everything<'a> {
            #[shm(unit = "m", unit = "km")]
            next: &'a u8,
            count: usize,
            tuple: (u8, String),
        }
    });
    for cause in [
        "`colour` is not an option here",
        "`unit` is given twice",
        "`Everything` has no fixed layout",
        "`Everything` borrows for `'a`",
        "field `next` holds an address",
        "field `count` is a `usize`",
        "field `tuple` is a tuple",
    ] {
        assert!(printed.contains(cause), "{cause} is missing from {printed}");
    }
}
