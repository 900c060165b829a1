//! The files that a program yields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    graph::Graph,
    json, parallel,
    stack::{Move, Resource, StackModel},
    template::Template,
    value::Str,
};

/// How templates are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TemplateFormat {
    /// JSON with an indent of two spaces.
    #[default]
    Json,
    /// YAML that a YAML 1.1 reader reads the same way.
    Yaml,
}

impl TemplateFormat {
    const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }
}

impl TemplateFormat {
    /// Writes a document of about `size` bytes, ending in a line break.
    ///
    /// # Errors
    ///
    /// If the document can't be written in this format.
    pub(crate) fn render(self, document: &impl Serialize, size: usize) -> Result<String, String> {
        match self {
            Self::Json => json::indented(document, size),
            Self::Yaml => yaml(document),
        }
    }
}

/// Long lines are kept whole and what another reader could take for a boolean, a number or a date
/// is quoted, so that a YAML 1.1 reader reads the same.
fn yaml(document: &impl Serialize) -> Result<String, String> {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: 1_000_000 };
    serde_saphyr::to_string_with_options(document, options).map_err(|error| error.to_string())
}

/// The file that says what is in an assembly.
pub const INDEX: &str = "manifest.json";

/// The version of its form.
const VERSION: u32 = 1;

/// About how large it is, in bytes.
const INDEX_SIZE: usize = 16 * 1_024;

/// The files that a program yields, by their paths below the output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembly {
    files: BTreeMap<String, String>,
    index: Index,
}

/// What is in an assembly: the contents of its `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// The version of this file's form.
    pub version: u32,
    /// The program.
    pub app: String,
    /// The version of the registry's facts that it was checked against.
    pub schema_version: String,
    /// The stacks in the order of their deployment.
    pub stacks: Vec<StackEntry>,
    /// The clusters' manifests.
    pub manifests: Vec<ManifestEntry>,
}

/// A stack in an assembly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackEntry {
    /// Its name in AWS.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Its stage.
    pub stage: Str,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// The path of its template.
    pub template: String,
    /// The template's SHA-256, in hexadecimal.
    pub sha256: String,
    /// How many resources it has.
    pub resources: usize,
    /// The stacks that must be deployed before it.
    pub depends_on: Vec<String>,
    /// Whether it is protected against deletion.
    pub termination_protection: bool,
    /// The tags of the stack itself.
    pub tags: BTreeMap<String, String>,
    /// The resources that the program declares as moved here, in the order of the program: as long as
    /// it says so, whether or not the move is done. One is to be done, by a stack refactor before the
    /// deployment, if the deployed stack has a resource under the id of `from`, and none under that
    /// of `to`. The key isn't there if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Move>,
}

/// The manifests of a cluster in an assembly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ManifestEntry {
    /// The cluster.
    pub cluster: String,
    /// Its account.
    pub account: String,
    /// Its region.
    pub region: String,
    /// The files, with their SHA-256 in hexadecimal.
    pub files: BTreeMap<String, String>,
}

impl Assembly {
    pub(crate) fn new(
        app: &App,
        graph: &Graph,
        templates: Vec<Template>,
        format: TemplateFormat,
        schema_version: &str,
    ) -> Result<Self, String> {
        let mut files = BTreeMap::new();
        let mut index = Index {
            version: VERSION,
            app: app.name().to_owned(),
            schema_version: schema_version.to_owned(),
            stacks: Vec::new(),
            manifests: Vec::new(),
        };
        for set in app.manifest_sets() {
            let mut entry = ManifestEntry {
                cluster: set.cluster().to_owned(),
                account: set.site().account().to_owned(),
                region: set.site().region().to_owned(),
                files: BTreeMap::new(),
            };
            let bodies = parallel::map(set.manifests(), |_, manifest| {
                yaml(manifest.object()).map(|body| (digest(&body), body))
            });
            for (manifest, body) in set.manifests().iter().zip(bodies) {
                let path = format!("manifests/{}/{}", set.cluster(), manifest.path());
                let (sha256, body) = body?;
                entry.files.insert(path.clone(), sha256);
                files.insert(path, body);
            }
            index.manifests.push(entry);
        }
        let mut templates: Vec<Option<Template>> = templates.into_iter().map(Some).collect();
        for &at in graph.order() {
            let taken = templates.get_mut(at).and_then(Option::take);
            let (Some(stack), Some(template)) = (app.stack_models().get(at), taken) else {
                continue;
            };
            let path = format!("templates/{}.template.{}", stack.name(), format.extension());
            index.stacks.push(stack_entry(app, graph, (at, stack), &path, template.sha256));
            files.insert(path, template.body);
        }
        files.insert(INDEX.to_owned(), json::indented(&index, INDEX_SIZE)?);
        Ok(Self { files, index })
    }

    /// An assembly that was written, from the contents of its files by their paths below the folder.
    ///
    /// # Errors
    ///
    /// If its index can't be read, is of another version, or lists a template or a manifest that isn't
    /// there or was changed since.
    pub fn from_files(files: BTreeMap<String, String>) -> Result<Self, String> {
        let text = files.get(INDEX).ok_or_else(|| format!("`{INDEX}` isn't there"))?;
        let index: Index = serde_json::from_str(text)
            .map_err(|error| format!("`{INDEX}` can't be read: {error}"))?;
        if index.version != VERSION {
            let version = index.version;
            return Err(format!("`{INDEX}` is of version {version}, and this reads {VERSION}"));
        }
        let templates = index.stacks.iter().map(|stack| (&stack.template, &stack.sha256));
        let manifests = index.manifests.iter().flat_map(|cluster| &cluster.files);
        for (path, sha256) in templates.chain(manifests) {
            let body = files.get(path).ok_or_else(|| format!("`{path}` isn't there"))?;
            if digest(body) != *sha256 {
                return Err(format!(
                    "`{path}` isn't the one that the index lists: it was changed since"
                ));
            }
        }
        Ok(Self { files, index })
    }

    /// The part of it that deploys the stacks at these names: their templates, and those of the
    /// stacks that they read from. Manifests are left out.
    ///
    /// # Errors
    ///
    /// If the index can't be written.
    pub fn select(&self, names: &[&str]) -> Result<Self, String> {
        let mut wanted: Vec<&str> = names.to_vec();
        // Dependencies come before what depends on them.
        for stack in self.index.stacks.iter().rev() {
            if wanted.contains(&stack.name.as_str()) {
                wanted.extend(stack.depends_on.iter().map(String::as_str));
            }
        }
        let mut index = Index { manifests: Vec::new(), ..self.index.clone() };
        index.stacks.retain(|stack| wanted.contains(&stack.name.as_str()));
        let mut files = BTreeMap::new();
        for stack in &index.stacks {
            if let Some(body) = self.files.get(&stack.template) {
                files.insert(stack.template.clone(), body.clone());
            }
        }
        files.insert(INDEX.to_owned(), json::indented(&index, INDEX_SIZE)?);
        Ok(Self { files, index })
    }

    /// The files' contents by their paths.
    pub const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// What is in it.
    pub const fn index(&self) -> &Index {
        &self.index
    }
}

fn stack_entry(
    app: &App,
    graph: &Graph,
    (at, stack): (usize, &StackModel),
    path: &str,
    sha256: String,
) -> StackEntry {
    let site = stack.site();
    let owned = |(key, value): (&crate::Str, &crate::Str)| {
        (key.clone().into_owned(), value.clone().into_owned())
    };
    StackEntry {
        name: stack.name().to_owned(),
        environment: site.environment().to_owned(),
        stage: site.stage().name().into(),
        account: site.account().to_owned(),
        region: site.region().to_owned(),
        template: path.to_owned(),
        sha256,
        resources: stack.resources().len(),
        depends_on: graph
            .dependencies(at)
            .filter_map(|on| app.stack_models().get(on))
            .map(|on| on.name().to_owned())
            .collect(),
        termination_protection: stack.termination_protection,
        tags: site.tags().iter().map(owned).collect(),
        moved: stack.resources().iter().flat_map(Resource::moves).collect(),
    }
}

/// The SHA-256 of a text, in hexadecimal.
pub fn digest(body: &str) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    Sha256::digest(body).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
