//! Every setting with every verb: it has an effect, or is refused by its name.

use std::time::Duration;

use shm_core::{
    DynRegion, Error, Region, dynamic::DynLayout, inspect::Inspection, region::RegionOptions,
};

use crate::support::Folder;

/// Gives one setting.
type Give = fn(RegionOptions<Region<u64>>) -> RegionOptions<Region<u64>>;
type DynGive = fn(RegionOptions<DynRegion>) -> RegionOptions<DynRegion>;

/// Each setting, for a typed region and for one without a type. A length is tested separately.
const SETTINGS: [(&str, Give, DynGive); 10] = [
    ("mode", |o| o.mode(0o600), |o| o.mode(0o600)),
    ("populate", |o| o.populate(true), |o| o.populate(true)),
    ("sparse", |o| o.sparse(true), |o| o.sparse(true)),
    ("allow_owner", |o| o.allow_owner(0), |o| o.allow_owner(0)),
    ("after_reboot", |o| o.after_reboot(true), |o| o.after_reboot(true)),
    ("participants", |o| o.participants(2), |o| o.participants(2)),
    ("capacity", |o| o.capacity(64), |o| o.capacity(64)),
    ("heap_max", |o| o.heap_max(8192), |o| o.heap_max(8192)),
    ("mirror", |o| o.mirror(true), |o| o.mirror(true)),
    ("wait", |o| o.wait(Duration::ZERO), |o| o.wait(Duration::ZERO)),
];

const CREATING: [&str; 7] =
    ["mode", "populate", "sparse", "participants", "capacity", "heap_max", "mirror"];
const OPENING: [&str; 4] = ["populate", "allow_owner", "after_reboot", "mirror"];

/// The settings that have an effect on a verb.
fn expected(verb: &str) -> Vec<&'static str> {
    match verb {
        "create" | "create_or_replace" => CREATING.to_vec(),
        "open_or_create" => {
            vec![
                "mode",
                "populate",
                "sparse",
                "participants",
                "capacity",
                "heap_max",
                "allow_owner",
                "after_reboot",
                "mirror",
            ]
        }
        "memfd" | "anonymous" => {
            vec!["populate", "sparse", "participants", "capacity", "heap_max", "mirror"]
        }
        "private" => vec!["populate", "heap_max"],
        "from_fd" => vec!["populate"],
        "open" | "follow" => vec!["populate", "allow_owner", "after_reboot", "mirror", "wait"],
        "passed" | "Inspection::open" => OPENING.to_vec(),
        _ => unreachable!("{verb}"),
    }
}

/// Checks the result of a verb with a setting.
fn check<R>(verb: &str, setting: &str, result: Result<R, Error>) {
    let is_refused = match &result {
        Err(Error::OptionWithoutEffect { verb: by, option, .. }) => {
            assert_eq!((*by, *option), (verb, setting));
            true
        }
        // Nothing was passed to this process.
        Err(Error::NotFound { .. }) if verb == "passed" => false,
        Err(error) => panic!("{verb}, {setting}: {error}"),
        Ok(_) => false,
    };
    assert_eq!(is_refused, !expected(verb).contains(&setting), "{verb}, {setting}");
}

#[test]
fn a_setting_has_an_effect_on_the_verb_or_is_refused_by_its_name() {
    let folder = Folder::new("settings");
    let here = folder.file("here");
    let _here = Region::<u64>::create(&here).unwrap();
    let memfd = Region::<u64>::options().memfd("settings").unwrap();
    let fd = || memfd.as_fd().unwrap().try_clone_to_owned().unwrap();
    for (setting, give, _) in SETTINGS {
        let options = give(Region::<u64>::options());
        let new = folder.file(setting);
        check("create", setting, options.create(&new));
        check("create_or_replace", setting, options.create_or_replace(&new));
        check("open_or_create", setting, options.open_or_create(folder.file("both")));
        check("memfd", setting, options.memfd("n"));
        check("anonymous", setting, options.anonymous());
        check("private", setting, options.private());
        check("open", setting, options.open(&here));
        check("open", setting, options.read_only().open(&here));
        check("follow", setting, options.follow(&here));
        check("passed", setting, options.passed("nothing"));
        check("from_fd", setting, options.from_fd(fd()));
    }
}

#[test]
fn a_setting_without_a_type_has_an_effect_on_the_verb_or_is_refused_by_its_name() {
    let folder = Folder::new("dyn-settings");
    let layout = DynLayout::of("u64").unwrap();
    let here = folder.file("here");
    let _here = DynRegion::create(&here, &layout).unwrap();
    let seen = Inspection::of(&here).unwrap();
    let memfd = DynRegion::options().memfd("settings", &layout).unwrap();
    let fd = || memfd.as_fd().unwrap().try_clone_to_owned().unwrap();
    for (setting, _, give) in SETTINGS {
        let options = give(DynRegion::options());
        let new = folder.file(setting);
        check("create", setting, options.create(&new, &layout));
        check("create_or_replace", setting, options.create_or_replace(&new, &layout));
        check("open_or_create", setting, options.open_or_create(folder.file("both"), &layout));
        check("memfd", setting, options.memfd("n", &layout));
        check("anonymous", setting, options.anonymous(&layout));
        check("private", setting, options.private(&layout));
        check("open", setting, options.open(&here));
        check("open", setting, options.read_only().open(&here));
        check("follow", setting, options.follow(&here));
        check("passed", setting, options.passed("nothing"));
        check("from_fd", setting, options.from_fd(fd()));
        check("Inspection::open", setting, seen.open(&options.read_only()));
    }
}

#[test]
fn a_length_is_accepted_by_every_verb_and_by_no_type_without_one() {
    let folder = Folder::new("lengths");
    let path = folder.file("n");
    let options = Region::<[u32]>::options().len(3);
    let made = [
        options.create(&path).unwrap(),
        options.create_or_replace(&path).unwrap(),
        options.open_or_create(&path).unwrap(),
        options.memfd("n").unwrap(),
        options.anonymous().unwrap(),
        options.private().unwrap(),
        options.open(&path).unwrap(),
        options.follow(&path).unwrap().last().clone(),
    ];
    assert!(made.iter().all(|region| region.len() == 3));
    let four = Region::<[u32]>::options().len(4);
    let fd = made[3].as_fd().unwrap().try_clone_to_owned().unwrap();
    for error in [
        four.open(&path).unwrap_err(),
        four.open_or_create(&path).unwrap_err(),
        four.read_only().open(&path).unwrap_err(),
        four.follow(&path).unwrap_err(),
        four.from_fd(fd).unwrap_err(),
        DynRegion::options().len(4).open(&path).unwrap_err(),
    ] {
        assert!(matches!(error, Error::LengthDiffers { found: 3, expected: 4, .. }), "{error}");
    }

    let fixed = folder.file("fixed");
    let _fixed = Region::<u64>::create(&fixed).unwrap();
    let options = Region::<u64>::options().len(3);
    let layout = DynLayout::of("u64").unwrap();
    for error in [
        options.create(folder.file("new")).unwrap_err(),
        options.memfd("new").unwrap_err(),
        options.private().unwrap_err(),
        options.open(&fixed).unwrap_err(),
        options.read_only().open(&fixed).unwrap_err(),
        options.open_or_create(&fixed).unwrap_err(),
        DynRegion::options().len(3).open(&fixed).unwrap_err(),
        DynRegion::options().len(3).private(&layout).unwrap_err(),
    ] {
        assert!(error.to_string().contains("has no run-time length"), "{error}");
    }
}

#[test]
fn a_region_without_a_type_can_be_made_in_every_way_that_a_typed_one_can() {
    let folder = Folder::new("dyn-verbs");
    let path = folder.file("n");
    let layout = DynLayout::of("u64").unwrap();
    let options = DynRegion::options();
    let set = |new: &DynRegion| new.set("", 7);
    let made = options.open_or_create_with(&path, &layout, set).unwrap();
    let found = options.open_or_create(&path, &layout).unwrap();
    assert!(made.created() && !found.created());
    found.unlink().unwrap();
    assert!(!made.is_current());
    let memfd = options.memfd_with("n", &layout, set).unwrap();
    let fd = memfd.as_fd().unwrap().try_clone_to_owned().unwrap();
    let regions = [
        made,
        options.create_with(&path, &layout, set).unwrap(),
        options.create_or_replace_with(&path, &layout, set).unwrap(),
        options.anonymous_with(&layout, set).unwrap(),
        options.private_with(&layout, set).unwrap(),
        options.from_fd(fd).unwrap(),
        memfd,
    ];
    for region in &regions {
        assert_eq!(region.get("").unwrap().to_string(), "7");
        assert_eq!(region.read_only().get("").unwrap().to_string(), "7");
    }
    assert_eq!(regions[2].path(), Some(&*path));
    assert_eq!(regions[3].path(), None);
    regions[2].flush().unwrap();
    assert!(matches!(regions[4].unlink(), Err(Error::NotCurrent { .. })));
    // A region of no type has the locks of one with a type.
    let lock = options.private(&DynLayout::of("Mutex<u64>").unwrap()).unwrap();
    lock.lock("").unwrap().set("", 5).unwrap();
    assert_eq!(lock.get("").unwrap().to_string(), "5");
}
