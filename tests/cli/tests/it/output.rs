//! The output folder.

use std::{fs, fs::File};

use serde_json::Value;

use crate::program::{Bench, files};

#[test]
fn the_folder_holds_what_its_index_names_and_nothing_else() {
    let bench = Bench::new();
    bench.good("large", "");
    bench.good("", "");
    let found = files(&bench.out());
    let names: Vec<&str> = found.keys().map(|path| path.to_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "manifest.json",
            "manifests/acme/acme/configmap-gates.yaml",
            "templates/acme-data.template.json",
            "templates/acme-network.template.json",
        ]
    );
    let index: Value =
        serde_json::from_slice(&found[std::path::Path::new("manifest.json")]).unwrap();
    assert_eq!(index["app"], "acme");
    assert_eq!(index["stacks"][1]["dependsOn"][0], "acme-network");
    assert_eq!(index["stacks"][1]["template"], "templates/acme-data.template.json");
}

#[test]
fn every_run_writes_the_same_bytes() {
    let bench = Bench::new();
    for format in ["json", "yaml"] {
        bench.good("", &format!("--out one --format {format}"));
        bench.good("", &format!("--out two --format {format}"));
        let one = files(&bench.folder.join("one"));
        assert_eq!(one, files(&bench.folder.join("two")));
        assert!(one.keys().any(|path| path.ends_with(format!("acme-data.template.{format}"))));
    }
}

#[cfg(unix)]
#[test]
fn only_what_changes_is_written_again() {
    use std::os::unix::fs::MetadataExt as _;
    let bench = Bench::new();
    let template = |name: &str| bench.out().join(format!("templates/acme-{name}.template.json"));
    let number = |name: &str| fs::metadata(template(name)).unwrap().ino();
    bench.good("", "");
    let (network, data) = (number("network"), number("data"));
    let before = files(&bench.out());

    bench.good("moved", "");
    assert_eq!(number("network"), network);
    assert_ne!(number("data"), data);
    assert!(fs::read_to_string(template("data")).unwrap().contains("Tasks"));

    // Changed by hand, but not in length; and read from elsewhere.
    let body = fs::read_to_string(template("network")).unwrap();
    fs::write(template("network"), body.replacen("Gate", "gate", 1)).unwrap();
    let elsewhere = bench.folder.join("elsewhere");
    fs::rename(template("data"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, template("data")).unwrap();
    bench.good("moved", "");
    assert_eq!(fs::read_to_string(template("network")).unwrap(), body);
    assert!(!fs::symlink_metadata(template("data")).unwrap().is_symlink());
    let after = files(&bench.out());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
}

#[test]
fn one_stack_brings_those_that_it_reads_from() {
    let bench = Bench::new();
    for (stack, templates) in [
        ("network", &["templates/acme-network.template.json"][..]),
        (
            "acme-data",
            &["templates/acme-data.template.json", "templates/acme-network.template.json"],
        ),
    ] {
        bench.good("", &format!("--stack {stack}"));
        let mut expected = vec!["manifest.json"];
        expected.extend(templates);
        let found = files(&bench.out());
        let names: Vec<&str> = found.keys().map(|path| path.to_str().unwrap()).collect();
        assert_eq!(names, expected);
    }
}

#[test]
fn an_error_leaves_the_files_of_the_run_before() {
    let bench = Bench::new();
    bench.good("", "");
    bench.refused("error", "", 1, "1 error; nothing was written");
}

#[test]
fn files_of_others_are_not_removed() {
    let bench = Bench::new();
    let own = bench.folder.join("own");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("README.md"), "mine").unwrap();
    bench.refused("", "--out own", 2, "`own` holds what innovate did not write: `README.md`");

    bench.good("", "");
    for name in ["a", "b", "templates/c", "templates/d"] {
        fs::write(bench.out().join(name), "mine").unwrap();
    }
    let text = "holds what innovate did not write: `a`, `b`, `templates/c` and 1 more";
    bench.refused("", "", 2, text);
}

#[test]
fn files_that_a_power_failure_has_emptied_are_made_again() {
    let bench = Bench::new();
    bench.good("", "");
    let whole = files(&bench.out());
    for (path, body) in &whole {
        for lost in [Vec::new(), vec![0; body.len()]] {
            fs::write(bench.out().join(path), lost).unwrap();
            bench.good("", "");
            assert_eq!(files(&bench.out()), whole);
        }
    }
    fs::write(bench.out().join("manifest.json"), "").unwrap();
    fs::write(bench.out().join("templates/mine.json"), "mine").unwrap();
    bench.refused("", "", 2, "holds what innovate did not write: `templates/mine.json`");
}

#[test]
fn an_empty_folder_may_be_written_to() {
    let bench = Bench::new();
    fs::create_dir_all(bench.folder.join("a/b")).unwrap();
    bench.good("", "--out a/b");
    bench.good("", "--out a/../a/b/");
    assert_eq!(files(&bench.folder.join("a/b")).len(), 4);
}

#[test]
fn a_path_that_can_not_be_written_is_named() {
    let bench = Bench::new();
    fs::write(bench.folder.join("file"), "").unwrap();
    bench.refused("", "--out file", 2, "`file` is no folder");
    bench.refused("", "--out file/below/it", 2, "error: can't make `file/below`: not a directory");
    bench.refused("", "--out /proc/none", 2, "error: can't write to `/proc`: ");
}

#[test]
fn a_folder_that_another_program_writes_to_is_left_to_it() {
    let bench = Bench::new();
    bench.good("", "");
    let lock = bench.folder.join("innovate.out/.innovate-cli-tests.innovate-lock");
    let held = File::create(&lock).unwrap();
    held.lock().unwrap();
    let text = "another program writes to `innovate.out/innovate-cli-tests` just now";
    bench.refused("large", "", 2, text);
    drop(held);
    bench.good("large", "");
    assert!(!lock.exists());
}
