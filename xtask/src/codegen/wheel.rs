//! The pinned wheels, from which every schema is read.
//!
//! cfn-lint publishes the CloudFormation registry's schemas of all regions with its corrections
//! applied, under MIT-0. pip fetches a wheel into `target/codegen`; its digest is checked before
//! anything is read.

use std::{
    fs,
    io::{Cursor, Read},
    path::Path,
    process::Command,
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::Result;

/// A package that pip fetches.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// The name of its wheel.
    pub(crate) file: &'static str,
    /// The wheel's digest.
    pub(crate) sha256: &'static str,
}

/// The package of the CloudFormation registry's schemas.
pub(crate) const CFN_LINT: Package = Package {
    name: "cfn-lint",
    version: "1.58.0",
    file: "cfn_lint-1.58.0-py3-none-any.whl",
    sha256: "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987",
};

/// The opened wheel.
pub(crate) struct Wheel {
    package: Package,
    archive: ZipArchive<Cursor<Vec<u8>>>,
}

impl Wheel {
    /// Opens the wheel in `folder`, fetching it first if it isn't there.
    pub(crate) fn open(folder: &Path, package: Package) -> Result<Self> {
        let Package { file, sha256, .. } = package;
        let path = folder.join(file);
        if !path.exists() {
            download(folder, package)?;
        }
        let bytes = fs::read(&path)?;
        let digest: String =
            Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if digest != sha256 {
            return Err(format!(
                "{} has the digest {digest}, and {sha256} is pinned: delete it and run again",
                path.display()
            )
            .into());
        }
        Ok(Self { package, archive: ZipArchive::new(Cursor::new(bytes))? })
    }

    /// The names of all files.
    pub(crate) fn names(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for name in self.archive.file_names() {
            names.push(name?.into_owned());
        }
        names.sort();
        Ok(names)
    }

    /// The text of a file.
    pub(crate) fn read(&mut self, name: &str) -> Result<String> {
        let mut text = String::new();
        self.archive
            .by_name(name)
            .map_err(|error| format!("{}: {name}: {error}", self.package.file))?
            .read_to_string(&mut text)?;
        Ok(text)
    }

    /// The version of cfn-lint, and the day on which it took the schemas from AWS.
    pub(crate) fn version(&mut self) -> Result<String> {
        let version = self.json("cfnlint/data/schemas/version.json")?;
        let date = version
            .get("schema_date")
            .and_then(serde_json::Value::as_str)
            .ok_or("the schemas have no date")?;
        let day = date.split('T').next().unwrap_or(date);
        Ok(format!("cfn-lint {}, schemas of {day}", self.package.version))
    }

    /// A file of JSON.
    pub(crate) fn json(&mut self, name: &str) -> Result<serde_json::Value> {
        let text = self.read(name)?;
        serde_json::from_str(&text).map_err(|error| format!("{name}: {error}").into())
    }
}

fn download(folder: &Path, Package { name, version, .. }: Package) -> Result {
    fs::create_dir_all(folder)?;
    let status = Command::new("python3")
        .args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .arg("--dest")
        .arg(folder)
        .arg(format!("{name}=={version}"))
        .status()
        .map_err(|error| format!("python3, needed to fetch {name} {version}: {error}"))?;
    if !status.success() {
        return Err(format!("pip could not fetch {name} {version}").into());
    }
    Ok(())
}
