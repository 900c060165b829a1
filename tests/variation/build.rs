//! Applies each edit to `examples/platform`, and makes a module of what comes of it.

#![allow(clippy::unwrap_used, reason = "cargo shows why a build script panics")]

#[path = "src/lib.rs"]
#[allow(dead_code, unreachable_pub, reason = "the tests use what isn't used here")]
mod variations;

use std::{env, fs, path::Path};

use variations::{
    check::CHECK,
    literals::LITERALS,
    readme,
    types::TYPES,
    variation::{self, File, Program, Variation},
};

const PROGRAM: &str = "../../examples/platform";
const README: &str = "../../README.md";
const ALLOW: &str = concat!(
    "#[allow(clippy::all, dead_code, unused_imports, unused_variables, ",
    "reason = \"it is wrong on purpose, and its `main` isn't called\")]"
);

#[allow(clippy::disallowed_methods, reason = "Cargo says where to write")]
fn main() {
    println!("cargo::rerun-if-changed={PROGRAM}");
    println!("cargo::rerun-if-changed={README}");
    println!("cargo::rerun-if-changed=src");
    let out = env::var_os("OUT_DIR").unwrap();
    let out = Path::new(&out);
    let program = variation::read(Path::new(PROGRAM)).unwrap();

    let unedited = variation::found("prod", "");
    write(out, &unedited, &program);
    let mut programs = vec![unedited];
    programs.extend(CHECK.iter().filter(|variation| edit(out, variation, &program)));
    let document = fs::read_to_string(README).unwrap();
    let text = readme::blocks(&document, "rust").next().unwrap_or_default();
    let text = text.replacen("\nfn shop()", "\npub(crate) fn shop()", 1);
    let readme = vec![File { name: "mod.rs".to_owned(), text }];
    let shown = edit(out, &readme::WINDOW, &readme);
    let mut text = modules(out, &programs);
    if shown {
        text.push_str(&modules(out, &[readme::WINDOW]));
    }
    text.push_str("/// The program of a module.\npub(crate) fn program(module: &str) -> Option<fn() -> App> {\n    match module {\n");
    for variation in &programs {
        let (module, stage) = (variation.module(), variation.stage);
        text.push_str(&format!(
            "        {module:?} => Some({module}::app::<innovate::prelude::{stage}>),\n"
        ));
    }
    if shown {
        let module = readme::WINDOW.module();
        text.push_str(&format!("        {module:?} => Some({module}::shop),\n"));
    }
    text.push_str("        _ => None,\n    }\n}\n");
    fs::write(out.join("check.rs"), text).unwrap();

    for (name, refused) in [("types.rs", TYPES), ("literals.rs", LITERALS)] {
        let fits = |variation: &&Variation| edit(out, variation, &program);
        let mut refused: Vec<Variation> = refused.iter().filter(fits).copied().collect();
        if name == "literals.rs" && edit(out, &readme::ZONE, &readme) {
            refused.push(readme::ZONE);
        }
        fs::write(out.join(name), modules(out, &refused)).unwrap();
    }
}

/// Writes an edited program. A stale edit makes none, for the tests to complain about.
fn edit(out: &Path, variation: &Variation, program: &Program) -> bool {
    let edited = variation.apply(program);
    edited.is_ok_and(|edited| {
        write(out, variation, &edited.files);
        true
    })
}

fn write(out: &Path, variation: &Variation, program: &Program) {
    let folder = out.join(variation.module());
    fs::create_dir_all(&folder).unwrap();
    for file in program {
        fs::write(folder.join(&file.name), &file.text).unwrap();
    }
}

fn modules(out: &Path, variations: &[Variation]) -> String {
    let module = |variation: &Variation| {
        let module = variation.module();
        let path = out.join(&module).join("mod.rs");
        format!("{ALLOW}\n#[path = {path:?}]\nmod {module};\n")
    };
    variations.iter().map(module).collect()
}
