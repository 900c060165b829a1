//! The manifests in a GitOps checkout, with git itself.

mod meanwhile;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use fake_cloudformation::{Failing, Fake, Script, Step};
use tempfile::TempDir;

/// A checkout in a folder of its own, and the program beside it.
struct Bench {
    folder: TempDir,
}

#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

const FIRST: &str = "acme/gates=4 acme/doors=2";
const GATES: &str = "clusters/acme/acme/configmap-gates.yaml";
const DOORS: &str = "clusters/acme/acme/configmap-doors.yaml";
const LIST: &str = "clusters/.innovate/innovate-deploy-tests.sha256";

impl Bench {
    /// A checkout of one commit on the branch `main`.
    fn new() -> Self {
        let bench = Self::empty();
        fs::write(bench.file("README.md"), "what runs\n").unwrap();
        bench.git("add README.md");
        bench.git("commit -q -m first");
        bench
    }

    /// A checkout without a commit.
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bench = Self { folder };
        let identity = "[user]\n\tname = Ada\n\temail = ada@example.com\n";
        fs::write(bench.folder.path().join("gitconfig"), identity).unwrap();
        fs::create_dir(bench.checkout()).unwrap();
        bench.git("init -q -b main");
        bench
    }

    fn checkout(&self) -> PathBuf {
        self.folder.path().join("checkout")
    }

    fn file(&self, path: &str) -> PathBuf {
        self.checkout().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.file(path)).unwrap()
    }

    fn environment(&self, command: &mut Command) {
        command
            .env_clear()
            .env("PATH", env!("PATH"))
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.folder.path().join("gitconfig"));
    }

    /// What git says to arguments that are separated by spaces.
    fn git(&self, arguments: &str) -> String {
        let mut git = Command::new("git");
        self.environment(&mut git);
        git.args(arguments.split_whitespace()).current_dir(self.checkout());
        let ended = Ended::from(git.output().unwrap());
        assert_eq!(ended.code, Some(0), "git {arguments}: {ended:?}");
        ended.out
    }

    fn command(&self, manifests: &str, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"));
        self.environment(&mut command);
        command
            .args(arguments.split_whitespace())
            .current_dir(self.folder.path())
            .env("MANIFESTS", manifests);
        command
    }

    /// `synth` into the folder `clusters` of the checkout.
    fn synth(&self, manifests: &str) -> Ended {
        self.synth_into(manifests, "checkout/clusters")
    }

    fn synth_into(&self, manifests: &str, folder: &str) -> Ended {
        self.command(manifests, &format!("--gitops {folder}")).output().unwrap().into()
    }

    fn good(&self, manifests: &str) -> String {
        let ended = self.synth(manifests);
        assert_eq!((ended.code, &*ended.err), (Some(0), ""), "{ended:?}");
        ended.out
    }

    /// A run that must fail, say that, and leave checkout, branch and index as they are.
    fn refused(&self, manifests: &str, said: &str) {
        let before = (self.state(), self.git("log --format=%H"));
        let ended = self.synth(manifests);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.err.contains(said), "{ended:?}");
        assert!(ended.err.contains("help: "), "{ended:?}");
        assert_eq!((self.state(), self.git("log --format=%H")), before);
    }

    /// What isn't committed.
    fn state(&self) -> String {
        self.git("status --porcelain --ignored --untracked-files=all")
    }

    fn commits(&self) -> usize {
        self.git("rev-list HEAD").lines().count()
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn the_manifests_become_one_commit_that_is_not_pushed() {
    let bench = Bench::new();
    let said = bench.good(FIRST);
    let head = bench.git("rev-parse --short=12 HEAD");
    let expected = format!(
        "committed 2 manifests to checkout/clusters (main {}): 2 written, 0 removed\n\
         next: git -C checkout/clusters push\n",
        head.trim()
    );
    assert!(said.ends_with(&expected), "{said}");
    assert_eq!((bench.commits(), &*bench.state()), (2, ""));
    assert!(bench.read(GATES).contains("count: \"4\""), "{}", bench.read(GATES));
    let digest = bench.git(&format!("rev-parse --short=12 HEAD:{LIST}"));
    let message = bench.git("log -1 --format=%an:%B");
    assert!(
        message.starts_with(&format!(
            "Ada:innovate-deploy-tests: manifests of acme ({})\n\n\
             environment acme\ncluster acme (111122223333, eu-west-1): 2 manifests\n",
            digest.trim()
        )),
        "{message}"
    );
    assert!(!bench.file(".git/innovate-gitops").exists());
}

#[test]
fn the_list_of_what_was_written_is_one_that_other_tools_check() {
    let bench = Bench::new();
    bench.good(FIRST);
    let list = bench.read(LIST);
    let paths: Vec<&str> = list.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert_eq!(paths, ["acme/acme/configmap-doors.yaml", "acme/acme/configmap-gates.yaml"]);
    let index = bench.folder.path().join("innovate.out/innovate-deploy-tests/manifest.json");
    let index: serde_json::Value = serde_json::from_slice(&fs::read(index).unwrap()).unwrap();
    let digest = &index["manifests"][0]["files"]["manifests/acme/acme/configmap-doors.yaml"];
    assert!(list.starts_with(digest.as_str().unwrap()), "{list}");
}

#[test]
fn without_a_change_there_is_no_commit() {
    let bench = Bench::new();
    bench.good(FIRST);
    let said = bench.good(FIRST);
    assert!(said.ends_with("has these 2 manifests already: nothing to commit\n"), "{said}");
    assert_eq!((bench.commits(), &*bench.state()), (2, ""));
}

#[test]
fn a_program_without_manifests_commits_nothing() {
    let bench = Bench::new();
    let said = bench.good("");
    assert!(said.ends_with("no manifests: nothing to commit to checkout/clusters\n"), "{said}");
    assert_eq!((bench.commits(), &*bench.state()), (1, ""));
}

#[test]
fn what_the_program_no_longer_yields_goes_and_what_others_wrote_stays() {
    let bench = Bench::new();
    bench.good("acme/gates=4 acme/doors=2 other/doors=1");
    write(&bench.file("clusters/acme/kustomization.yaml"), "resources: [acme]\n");
    bench.git("add .");
    bench.git("commit -q -m theirs");
    let said = bench.good("acme/gates=5");
    assert!(said.contains(": 1 written, 2 removed\n"), "{said}");
    assert!(!bench.file(DOORS).exists() && !bench.file("clusters/other").exists());
    assert!(bench.read(GATES).contains("count: \"5\""));
    assert_eq!(bench.read("clusters/acme/kustomization.yaml"), "resources: [acme]\n");
    assert_eq!((bench.commits(), &*bench.state()), (4, ""));
}

#[test]
fn what_is_staged_or_changed_elsewhere_stays_so() {
    let bench = Bench::new();
    bench.good(FIRST);
    write(&bench.file("staged.txt"), "staged\n");
    bench.git("add staged.txt");
    write(&bench.file("README.md"), "changed\n");
    write(&bench.file("clusters/acme/untracked.txt"), "untracked\n");
    let before = bench.state();
    assert_eq!(before.lines().count(), 3, "{before}");
    bench.good("acme/gates=7 acme/doors=2");
    assert_eq!(bench.state(), before);
    assert_eq!(bench.git("show --name-only --format= HEAD"), format!("{LIST}\n{GATES}\n"));
}

#[test]
fn what_somebody_changed_and_did_not_commit_is_not_lost() {
    let bench = Bench::new();
    bench.good(FIRST);
    write(&bench.file(GATES), "mine\n");
    bench.refused(
        "acme/gates=7 acme/doors=2",
        &format!("aren't committed where the program's files shall be: `{GATES}`"),
    );
    bench.git("add .");
    bench.refused("acme/gates=7 acme/doors=2", GATES);
    // What isn't to be written is nobody's concern.
    bench.good("acme/gates=4 acme/doors=3");
    assert_eq!(bench.read(GATES), "mine\n");
    bench.git("reset -q --hard");
    write(&bench.file("clusters/acme/acme/configmap-walls.yaml"), "mine\n");
    let more = "acme/gates=4 acme/doors=3 acme/walls=1";
    bench.refused(more, "configmap-walls.yaml");
    write(&bench.file(".gitignore"), "*walls*\n");
    bench.refused(more, "configmap-walls.yaml");
}

#[test]
fn a_file_that_innovate_did_not_write_is_not_replaced() {
    let bench = Bench::new();
    write(&bench.file(GATES), "theirs\n");
    bench.git("add .");
    bench.git("commit -q -m theirs");
    bench
        .refused(FIRST, &format!("innovate did not write where the program's shall be: `{GATES}`"));
    bench.git(&format!("rm -q {GATES}"));
    write(&bench.file("clusters/acme"), "a file\n");
    bench.git("add .");
    bench.git("commit -q -m file");
    bench.refused(FIRST, "`clusters/acme` is in the way");
}

#[test]
fn another_program_keeps_its_files() {
    let bench = Bench::new();
    bench.good(FIRST);
    let list = "clusters/.innovate/other.sha256";
    bench.git(&format!("mv {LIST} {list}"));
    bench.git("commit -q -m renamed");
    bench.refused(FIRST, "is written by the program `other`");
    bench.good("second/gates=1");
    assert!(bench.file(GATES).exists() && bench.file(list).exists());
    // A program of the same name for quite other clusters is likely another one.
    bench.refused("third/gates=1", "all of them would be removed");
    bench.refused("", "all of them would be removed");
}

#[test]
fn a_list_that_names_what_is_elsewhere_is_not_followed() {
    let bench = Bench::new();
    bench.good(FIRST);
    let list = format!("{}  ../README.md\n{}", "0".repeat(64), bench.read(LIST));
    write(&bench.file(LIST), &list);
    bench.git("commit -q -a -m theirs");
    bench.refused(FIRST, "isn't a list of files as innovate writes it");
    assert!(bench.file("README.md").exists());
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_elsewhere_is_not_followed() {
    let bench = Bench::new();
    let elsewhere = bench.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::create_dir(bench.file("clusters")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, bench.file("clusters/acme")).unwrap();
    bench.refused(FIRST, "is a link");
    bench.git("add .");
    bench.git("commit -q -m link");
    bench.refused(FIRST, "`clusters/acme` is in the way");
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    // The folder itself may be named by a link.
    std::os::unix::fs::symlink(bench.checkout(), bench.folder.path().join("named")).unwrap();
    let ended = bench.synth_into(FIRST, "named/new/folder");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(bench.file("new/folder/acme/acme/configmap-gates.yaml").exists());
}

#[test]
fn another_repository_in_the_folder_is_not_written_to() {
    let bench = Bench::new();
    fs::create_dir_all(bench.file("clusters/acme")).unwrap();
    bench.git("init -q clusters/acme");
    bench.refused(FIRST, "is another repository");
}

#[test]
fn a_branch_without_a_commit_gets_its_first() {
    let bench = Bench::empty();
    let ended = bench.synth_into(FIRST, "checkout");
    assert_eq!((ended.code, &*ended.err), (Some(0), ""), "{ended:?}");
    assert_eq!((bench.commits(), &*bench.state()), (1, ""));
    assert!(bench.file("acme/acme/configmap-gates.yaml").exists());
}

#[test]
fn where_no_commit_can_be_made_it_says_why() {
    let bench = Bench::new();
    let outside = bench.synth_into(FIRST, "elsewhere");
    assert_eq!(outside.code, Some(2), "{outside:?}");
    assert!(outside.err.contains("`elsewhere` is in no git checkout"), "{outside:?}");
    assert!(!bench.folder.path().join("innovate.out").exists(), "nothing is written");
    let file = bench.synth_into(FIRST, "gitconfig");
    assert!(file.err.contains("`gitconfig` is no folder"), "{file:?}");
    let git_dir = bench.synth_into(FIRST, "checkout/.git");
    assert!(git_dir.err.contains("is in no git checkout"), "{git_dir:?}");
    bench.git("checkout -q --detach");
    bench.refused(FIRST, "is on no branch");
    bench.git("switch -q main");
    for (file, what) in [("MERGE_HEAD", "a merge"), ("CHERRY_PICK_HEAD", "a cherry-pick")] {
        let head = bench.git("rev-parse HEAD");
        write(&bench.file(&format!(".git/{file}")), &head);
        bench.refused(FIRST, &format!("{what} is under way"));
        fs::remove_file(bench.file(&format!(".git/{file}"))).unwrap();
    }
    fs::write(bench.folder.path().join("gitconfig"), "[user]\n\tuseConfigOnly = true\n").unwrap();
    bench.refused(FIRST, "git doesn't know who commits");
    let stacks = bench.command(FIRST, "--gitops checkout --stack data").output().unwrap();
    assert_eq!(stacks.status.code(), Some(2));
    let no_git: Ended = bench
        .command(FIRST, "--gitops checkout/clusters")
        .env("PATH", bench.folder.path())
        .output()
        .unwrap()
        .into();
    assert_eq!(no_git.code, Some(2));
    assert!(no_git.err.contains("there is no git on the PATH"), "{no_git:?}");
}

#[test]
fn variables_that_mean_another_repository_have_no_effect() {
    let (bench, other) = (Bench::new(), Bench::new());
    let ended: Ended = bench
        .command(FIRST, "--gitops checkout/clusters")
        .env("GIT_DIR", other.file(".git"))
        .env("GIT_WORK_TREE", other.checkout())
        .env("GIT_INDEX_FILE", other.file(".git/index"))
        .output()
        .unwrap()
        .into();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!((bench.commits(), &*bench.state()), (2, ""));
    assert_eq!((other.commits(), &*other.state()), (1, ""));
}

#[cfg(unix)]
fn hook(bench: &Bench, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = bench.file(&format!(".git/hooks/{name}"));
    write(&path, &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_hook_sees_the_files_and_one_that_refuses_leaves_the_checkout_as_it_was() {
    let bench = Bench::new();
    bench.good(FIRST);
    // It judges what is staged for this commit, as the files have it.
    hook(
        &bench,
        "pre-commit",
        "for file in $(git diff --cached --name-only --diff-filter=d -- '*gates.yaml'); do\n\
         if grep -q 'count: \"13\"' $file; then echo \"$file: no luck\" >&2; exit 1; fi; done",
    );
    bench.refused(
        "acme/gates=13 acme/walls=2",
        "git did not commit: clusters/acme/acme/configmap-gates.yaml: no luck",
    );
    assert!(
        bench.file(DOORS).exists()
            && !bench.file("clusters/acme/acme/configmap-walls.yaml").exists()
    );
    assert!(bench.read(GATES).contains("count: \"4\""));
    assert!(!bench.file(".git/innovate-gitops").exists());
    bench.good("acme/gates=14");
    assert_eq!((bench.commits(), &*bench.state()), (3, ""));
}

#[cfg(unix)]
#[test]
fn what_a_hook_changes_is_what_is_committed() {
    let bench = Bench::new();
    hook(&bench, "pre-commit", &format!("echo '# checked' >> {GATES}; git add {GATES}"));
    bench.good(FIRST);
    assert_eq!((bench.commits(), &*bench.state()), (2, ""));
    assert!(bench.git(&format!("show HEAD:{GATES}")).ends_with("# checked\n"));
    assert!(bench.read(GATES).ends_with("# checked\n"));
}

#[test]
fn filters_and_line_ends_are_those_of_the_checkout() {
    let bench = Bench::new();
    write(&bench.file(".gitattributes"), "*.yaml filter=loud\n");
    let config = "[filter \"loud\"]\n\tclean = sed s/count/COUNT/\n\tsmudge = sed s/COUNT/count/\n";
    let path = bench.file(".git/config");
    let mut all = fs::read_to_string(&path).unwrap();
    all.push_str(config);
    fs::write(&path, all).unwrap();
    bench.git("add .");
    bench.git("commit -q -m filter");
    bench.good(FIRST);
    assert_eq!(bench.state(), "");
    assert!(bench.git(&format!("show HEAD:{GATES}")).contains("COUNT"));
    assert!(bench.read(GATES).contains("count"));
}

#[cfg(unix)]
#[test]
fn the_command_that_pushes_is_as_a_shell_takes_it() {
    let bench = Bench::new();
    for (folder, word) in [
        ("checkout/it's here", "'checkout/it'\\''s here'"),
        ("checkout/$(touch x)", "'checkout/$(touch x)'"),
    ] {
        let mut command = bench.command(FIRST, "--gitops");
        let ended: Ended = command.arg(folder).output().unwrap().into();
        assert!(ended.out.ends_with(&format!("next: git -C {word} push\n")), "{ended:?}");
    }
}

#[test]
fn json_says_what_was_committed() {
    let bench = Bench::new();
    let ended = bench.command(FIRST, "--json --gitops checkout/clusters").output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let gitops = &said["gitops"];
    assert_eq!(gitops["commit"].as_str().unwrap(), bench.git("rev-parse HEAD").trim());
    assert_eq!((&gitops["written"], &gitops["removed"]), (&2.into(), &0.into()));
    assert_eq!(
        (&gitops["branch"], &gitops["folder"]),
        (&"main".into(), &"checkout/clusters".into())
    );
}

#[tokio::test]
async fn a_deployment_commits_once_all_stacks_are_good_and_begins_only_if_it_can() {
    let bench = Bench::new();
    let fake =
        Fake::start(Script::new().failing(Failing::new("Gate", Step::Create, "no").times(1)));
    let fake = fake.unwrap();
    let deploy = || -> Ended {
        let arguments = "deploy --yes --poll-every 1 --gitops checkout/clusters";
        let mut command = bench.command(FIRST, arguments);
        command
            .env("AWS_ENDPOINT_URL", fake.endpoint())
            .env("AWS_ACCESS_KEY_ID", "AKIA111122223333")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_REGION", "eu-west-1");
        command.output().unwrap().into()
    };
    write(&bench.file(GATES), "mine\n");
    let ended = deploy();
    assert!(ended.code == Some(2) && ended.err.contains("aren't committed"), "{ended:?}");
    assert_eq!(fake.requests().len(), 0);
    fs::remove_file(bench.file(GATES)).unwrap();
    let failed = deploy();
    assert_eq!((failed.code, bench.commits(), &*bench.state()), (Some(1), 1, ""), "{failed:?}");
    #[cfg(unix)]
    {
        hook(&bench, "pre-commit", "exit 1");
        let refused = deploy();
        assert_eq!((refused.code, bench.commits()), (Some(2), 1), "{refused:?}");
        assert!(refused.out.contains("2 stacks: "), "{refused:?}");
        assert!(
            refused
                .err
                .contains("the stacks are deployed, and only this is left: `synth --gitops DIR`"),
            "{refused:?}"
        );
        fs::remove_file(bench.file(".git/hooks/pre-commit")).unwrap();
    }
    let good = deploy();
    assert_eq!((good.code, bench.commits(), &*bench.state()), (Some(0), 2, ""), "{good:?}");
    assert!(good.out.ends_with("next: git -C checkout/clusters push\n"), "{good:?}");
}
