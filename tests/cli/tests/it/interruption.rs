//! Runs that are cut short, meet a full disk, or meet each other.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Instant,
};

use crate::program::{Bench, files};

/// What each variation writes when nothing comes in between.
fn outputs(variations: &[&str]) -> Vec<BTreeMap<PathBuf, Vec<u8>>> {
    let each = |variation: &&str| {
        let bench = Bench::new();
        bench.good(variation, "");
        files(&bench.out())
    };
    variations.iter().map(each).collect()
}

/// What a run leaves beside the folder for the next one to remove.
fn leftovers(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.filter(|path| path.to_string_lossy().contains(".innovate-")).collect()
}

#[allow(clippy::disallowed_methods, reason = "when to kill it depends on how long it takes")]
#[test]
fn a_run_that_is_killed_leaves_one_run_s_files_whole() {
    let whole = outputs(&["", "large"]);
    let bench = Bench::new();
    bench.good("", "");
    let started = Instant::now();
    bench.good("large", "");
    let takes = started.elapsed();
    let mut seen = [0, 0];
    for round in 0..40u32 {
        let variation = if round.is_multiple_of(2) { "large" } else { "" };
        let mut child = bench.command(variation, "").stdout(Stdio::null()).spawn().unwrap();
        // From before it begins to after it ends.
        thread::sleep(takes * round / 25);
        let _ = child.kill();
        child.wait().unwrap();
        let found = files(&bench.out());
        let which = whole.iter().position(|whole| *whole == found);
        seen[which.expect("neither run's files")] += 1;
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
    bench.good("large", "");
    assert_eq!(files(&bench.out()), whole[1]);
    assert_eq!(leftovers(&bench.folder.join("innovate.out")), Vec::<PathBuf>::new());
}

#[test]
fn programs_that_write_at_once_leave_one_run_s_files_whole() {
    let whole = outputs(&["", "large"]);
    let bench = Bench::new();
    let start = |number: usize| {
        let variation = if number.is_multiple_of(2) { "" } else { "large" };
        let mut command = bench.command(variation, "");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut written = 0;
    for _ in 0..4 {
        let children: Vec<_> = (0..6).map(start).collect();
        for child in children {
            let ended = child.wait_with_output().unwrap();
            let text = String::from_utf8(ended.stderr).unwrap();
            match ended.status.code() {
                Some(0) => written += 1,
                Some(2) => assert!(text.contains("another program writes to"), "{text}"),
                code => panic!("{code:?}: {text}"),
            }
        }
        assert!(whole.contains(&files(&bench.out())));
    }
    assert!(written >= 4);
    assert_eq!(leftovers(&bench.folder.join("innovate.out")), Vec::<PathBuf>::new());
}

/// A file system of 256 kB, where this user may make one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn at(path: PathBuf) -> Option<Self> {
        fs::create_dir(&path).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=256k", "innovate-small-disk"]).arg(&path);
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then(|| Self(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// Runs a test again as one who may mount, in namespaces of its own; `None` where that can't be.
#[allow(clippy::disallowed_methods, reason = "whether this is that run already")]
fn run_as_root_of_a_namespace(test: &str) -> Option<()> {
    const INSIDE: &str = "INNOVATE_TEST_NAMESPACE";
    let unshare = || {
        let mut unshare = Command::new("unshare");
        unshare.arg("--map-root-user").arg("--mount").env(INSIDE, "1");
        unshare
    };
    let able = || unshare().arg("true").stderr(Stdio::null()).status().is_ok_and(|it| it.success());
    if std::env::var_os(INSIDE).is_some() || !able() {
        return None;
    }
    let program = std::env::current_exe().unwrap();
    let ended = unshare().arg(program).args(["--exact", test]).output().unwrap();
    let text = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && text.contains("1 passed"), "{text}");
    // It says so itself if it could do nothing there either.
    io::stderr().write_all(&ended.stderr).unwrap();
    Some(())
}

#[test]
fn a_full_disk_is_named_and_leaves_the_run_before() {
    let bench = Bench::new();
    let Some(disk) = SmallDisk::at(bench.folder.join("disk")) else {
        let test = "interruption::a_full_disk_is_named_and_leaves_the_run_before";
        if run_as_root_of_a_namespace(test).is_none() {
            // Past what captures the output of a test that passes.
            let notice = "skipped: this user can't mount a small file system, so no disk is full\n";
            io::stderr().write_all(notice.as_bytes()).unwrap();
        }
        return;
    };
    bench.good("", "--out disk/prod");
    let text = "error: can't write `disk/prod`: no space left on device\n\
        help: make room and run it again; the files of the run before are untouched\n";
    bench.refused("large", "--out disk/prod", 2, text);
    // What was written of it doesn't fill the disk either.
    bench.good("", "--out disk/prod");
    assert_eq!(leftovers(&disk.0), Vec::<PathBuf>::new());
}
