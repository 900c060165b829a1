//! What a developer waits for.

use std::fs;

use super::{
    measure::{Figures, once},
    table::Row,
};
use crate::{Result, root};

const CARGO: &str = env!("CARGO");

/// Builds what is measured.
pub(super) fn release() -> Result {
    once(&[CARGO, "build", "--quiet", "--release", "--workspace", "--examples"], &[])?;
    Ok(())
}

/// Builds and checks from nothing and after an edit, in a target folder of their own. The packages'
/// sources are there already.
pub(super) fn rows() -> Result<Vec<Row>> {
    let folder = root().join("target/bench-build");
    let target = folder.display().to_string();
    let mut rows = Vec::new();
    let measure = |what: &str, arguments: &[&str]| -> Result<Figures> {
        let mut command = vec![CARGO];
        command.extend_from_slice(arguments);
        command.extend(["--quiet", "--target-dir", &target]);
        let figures = once(&command, &[])?;
        println!("{:>9.1?} {:>9.1?} CPU  {what}", figures.wall, figures.cpu);
        Ok(figures)
    };
    if root().join("examples/prod.rs").exists() {
        clean(&folder)?;
        let cold = measure("cold build", &["build", "--example", "prod"])?;
        rows.push(Row::new("`cargo build --example prod`, from nothing", cold).wall_ms(90_000.0));
        touch("examples/platform/data.rs")?;
        let edit = measure("edit and run", &["run", "--example", "prod"])?;
        rows.push(
            Row::new("`cargo run --example prod` after an edit of its database", edit)
                .wall_ms(2_000.0),
        );
    }
    clean(&folder)?;
    measure("packages below innovate-cfn", &["check", "-p", "innovate-core"])?;
    let check = measure("innovate-cfn", &["check", "-p", "innovate-cfn"])?;
    rows.push(Row::new("`cargo check -p innovate-cfn`, default services", check).cpu_ms(5_000.0));
    touch("innovate-aws/cfn/src/lib.rs")?;
    let all = measure("innovate-cfn, all", &["check", "-p", "innovate-cfn", "--all-features"])?;
    rows.push(
        Row::new("`cargo check -p innovate-cfn --all-features`", all)
            .cpu_ms(60_000.0)
            .memory_mb(4_000.0),
    );
    clean(&folder)?;
    Ok(rows)
}

pub(super) fn clean(folder: &std::path::Path) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// Writes a file as it is, so that cargo takes it for edited.
fn touch(path: &str) -> Result {
    let path = root().join(path);
    let text = fs::read(&path)?;
    Ok(fs::write(&path, text)?)
}
