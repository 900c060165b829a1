//! Saved plans: files that `plan --save` writes and `deploy --plan` reads.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
};

use innovate_aws::plan::SavedPlan;

use super::{Failure, guard::beside, output::reason, place::shown};

/// Writes a plan, in the place of the one that was there. A run that dies leaves that as it was.
///
/// # Errors
///
/// If it can't be written.
pub(super) fn write(path: &Path, plan: &SavedPlan) -> Result<(), Failure> {
    let new = beside(path, "new");
    let written = File::create(&new).and_then(|mut file| {
        file.write_all(plan.to_json().as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&new, path)).map_err(|error| {
        // What is left of it would only take room.
        let _ = fs::remove_file(&new);
        Failure::new(format!("can't write the plan `{}`: {}", shown(path), reason(&error)))
    })
}

/// Reads a plan.
///
/// # Errors
///
/// If there is none, or if this program can't read it.
#[cfg(feature = "deploy")]
pub(super) fn read(path: &Path) -> Result<SavedPlan, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(format!("can't read the plan `{}`: {}", shown(path), reason(&error)))
            .help("`plan --save FILE` writes one")
    })?;
    SavedPlan::parse(&text).map_err(|why| {
        Failure::new(format!("the plan `{}` can't be deployed: {why}", shown(path)))
            .help("plan again with this program: `plan --save FILE`")
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use innovate_core::diff::{Diff, Snapshot};

    use super::*;

    fn plan(app: &str) -> SavedPlan {
        let (none, diff) = (Snapshot::default(), Diff::default());
        SavedPlan::new(app, &none, &none, &diff, &BTreeMap::new(), (&[], &[]))
    }

    #[test]
    fn a_plan_takes_the_place_of_the_one_before_and_leaves_nothing_beside_it() {
        let folder = std::env::temp_dir().join(format!("innovate-saved-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("plan.json");
        for app in ["one", "other"] {
            write(&path, &plan(app)).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(SavedPlan::parse(&text), Ok(plan(app)));
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let nowhere = folder.join("missing").join("plan.json");
        assert!(
            write(&nowhere, &plan("one")).unwrap_err().message.contains("can't write the plan")
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
