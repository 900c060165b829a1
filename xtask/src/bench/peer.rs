//! AWS CDK on the same machine: a production environment of the same parts, and the same program
//! for scaling.

use std::path::Path;

use super::{RUNS, measure::median_of, table::Row};
use crate::Result;

/// The programs of `folder`, compiled to `dist/bin/app.js` and `dist/bin/scale.js`.
pub(super) fn rows(folder: &Path) -> Result<Vec<Row>> {
    let folder = folder.canonicalize()?;
    let program = |name: &str| folder.join("dist/bin").join(name).display().to_string();
    let (app, scale) = (program("app.js"), program("scale.js"));
    // Both read cdk.json from the folder that they run in.
    let inside = |script: &str| format!("cd '{}' && exec node '{script}'", folder.display());
    let mut rows = Vec::new();
    let mut add = |what: &str, script: &str, variables: &[(&str, &str)]| -> Result {
        let figures = median_of(RUNS, &["sh", "-c", &inside(script)], variables, || Ok(()))?;
        rows.push(Row::new(what, figures));
        Ok(())
    };
    let unvalidated = ("CDK_VALIDATION", "false");
    add("AWS CDK: an environment of the same parts, its defaults", &app, &[])?;
    add("AWS CDK: the same without its validation", &app, &[unvalidated])?;
    add(
        "AWS CDK: 5 x 400, L1, without its validation",
        &scale,
        &[unvalidated, ("N", "5"), ("L1", "1")],
    )?;
    add(
        "AWS CDK: 25 x 400, L1, without its validation",
        &scale,
        &[unvalidated, ("N", "25"), ("L1", "1")],
    )?;
    add("AWS CDK: 25 x 400, L2, without its validation", &scale, &[unvalidated, ("N", "25")])?;
    add("AWS CDK: 25 x 400, L2, its defaults", &scale, &[("N", "25")])?;
    Ok(rows)
}
