//! One finding about the program.

use std::panic::Location;

use serde::Serialize;

use crate::value::Str;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not meant; the program still yields files.
    Warning,
    /// AWS or Kubernetes would refuse it, or it is unsafe: the program yields no files.
    Error,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in the program's source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, as the compiler named it.
    pub file: Str,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1.
    pub column: u32,
}

impl From<&'static Location<'static>> for Place {
    fn from(location: &'static Location<'static>) -> Self {
        Self {
            file: Str::Borrowed(location.file()),
            line: location.line(),
            column: location.column(),
        }
    }
}

/// A finding: what is wrong, the value given, what is allowed, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    code: &'static str,
    severity: Severity,
    message: String,
    place: Option<Place>,
    setter: Option<Str>,
    stack: Option<String>,
    path: Option<String>,
    type_name: Option<String>,
    property: Option<String>,
    given: Option<String>,
    allowed: Option<String>,
    help: Vec<String>,
    related: Vec<(Place, String)>,
    firm: bool,
}

impl Diagnostic {
    fn new(code: &'static str, severity: Severity, message: String) -> Self {
        Self {
            code,
            severity,
            message,
            place: None,
            setter: None,
            stack: None,
            path: None,
            type_name: None,
            property: None,
            given: None,
            allowed: None,
            help: Vec::new(),
            related: Vec::new(),
            firm: false,
        }
    }

    /// A finding that stops the program from yielding files.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message.into())
    }

    /// A finding that doesn't.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message.into())
    }

    /// Something worth knowing.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Note, message.into())
    }

    /// Points at a line of the program.
    #[must_use]
    pub fn at(mut self, place: impl Into<Place>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Points at a resource: its line, its stack and its path.
    #[must_use]
    pub fn on(mut self, resource: &crate::Resource) -> Self {
        let address = resource.address();
        self.type_name = Some(resource.type_name().to_owned());
        self.at(resource.location()).or_on(address.stack(), address.path())
    }

    /// Points at a Kubernetes object: its line, its cluster and its file in the tree of manifests.
    #[must_use]
    pub fn on_manifest(mut self, cluster: &str, manifest: &crate::Manifest) -> Self {
        self.type_name = Some(format!("{}/{}", manifest.api_version(), manifest.kind()));
        self.at(manifest.location()).or_on(cluster, &manifest.path())
    }

    /// Points at a stack as a whole: the line that made it.
    #[must_use]
    pub fn on_stack(mut self, stack: &crate::StackModel) -> Self {
        self.stack.get_or_insert_with(|| stack.name().to_owned());
        self.at(stack.location())
    }

    /// No program can accept it: a file made in spite of it would not be what the program says.
    #[must_use]
    pub(crate) const fn firm(mut self) -> Self {
        self.firm = true;
        self
    }

    pub(crate) const fn is_firm(&self) -> bool {
        self.firm
    }

    /// Points at the call of this builder method within the statement at the line, if it has one.
    #[must_use]
    pub fn setter(mut self, setter: impl Into<Str>) -> Self {
        self.setter = Some(setter.into());
        self
    }

    /// Names the property by its path in the template.
    #[must_use]
    pub fn property(mut self, property: impl Into<String>) -> Self {
        self.property = Some(property.into());
        self
    }

    /// Shows the value given.
    #[must_use]
    pub fn given(mut self, given: impl ToString) -> Self {
        self.given = Some(given.to_string());
        self
    }

    /// Says what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl ToString) -> Self {
        self.allowed = Some(allowed.to_string());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Points at another line that has to do with it.
    #[must_use]
    pub fn related(mut self, place: impl Into<Place>, what: impl Into<String>) -> Self {
        self.related.push((place.into(), what.into()));
        self
    }

    /// Points elsewhere, at no builder method.
    pub(crate) fn moved_to(mut self, place: Place) -> Self {
        (self.place, self.setter) = (Some(place), None);
        self
    }

    /// Names the stack.
    #[must_use]
    pub fn in_stack(mut self, stack: &str) -> Self {
        self.stack = Some(stack.to_owned());
        self
    }

    pub(crate) fn or_at(mut self, place: impl Into<Place>) -> Self {
        self.place.get_or_insert_with(|| place.into());
        self
    }

    pub(crate) fn or_on(mut self, stack: &str, path: &str) -> Self {
        self.stack.get_or_insert_with(|| stack.to_owned());
        self.path.get_or_insert_with(|| path.to_owned());
        self
    }

    /// The stable code, such as `NET-03`.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// How much it matters.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where in the program.
    pub const fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The builder method to look for in the statement at [`place`](Self::place).
    pub fn setter_name(&self) -> Option<&str> {
        self.setter.as_deref()
    }

    /// The stack that it is about, or the cluster.
    pub fn stack(&self) -> Option<&str> {
        self.stack.as_deref()
    }

    /// The path of the resource or manifest that it is about.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The type of the resource (`AWS::EC2::Subnet`) or of the manifest (`apps/v1/Deployment`)
    /// that it is about.
    pub fn type_name(&self) -> Option<&str> {
        self.type_name.as_deref()
    }

    /// What it is about, for people: a resource, a manifest, a construct or a stack.
    pub(crate) fn subject(&self) -> Option<(&'static str, String)> {
        let stack = self.stack()?;
        let path = self.path().unwrap_or_default();
        Some(match self.type_name() {
            Some(kind) if kind.contains("::") => {
                ("resource", format!("stack {stack}, {} ({kind})", crate::stack::logical_id(path)))
            }
            Some(kind) => ("manifest", format!("cluster {stack}, {path} ({kind})")),
            None if path.is_empty() => ("stack", stack.to_owned()),
            None => ("construct", format!("stack {stack}, {path}")),
        })
    }

    /// The property that it is about.
    pub fn property_path(&self) -> Option<&str> {
        self.property.as_deref()
    }

    /// The value given.
    pub fn given_value(&self) -> Option<&str> {
        self.given.as_deref()
    }

    /// What is allowed.
    pub fn allowed_values(&self) -> Option<&str> {
        self.allowed.as_deref()
    }

    /// How to mend it.
    pub fn help_texts(&self) -> &[String] {
        &self.help
    }

    /// Other lines that have to do with it.
    pub fn related_places(&self) -> &[(Place, String)] {
        &self.related
    }
}

/// A finding that the program accepts, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The finding's code.
    pub code: &'static str,
    /// Why it is accepted.
    pub reason: Str,
    /// The line that says so.
    pub location: &'static Location<'static>,
}

impl Suppression {
    /// Whether the code is one of checkov's, such as `CKV_AWS_33`: a scanner of templates that reads in
    /// their metadata what is accepted, so that this is written there.
    ///
    /// Source: "Suppressing and Skipping Policies", checkov documentation.
    pub(crate) fn is_for_checkov(&self) -> bool {
        is_of_checkov(self.code)
    }

    /// Accepts `code` for `reason`, at the line of the caller.
    #[track_caller]
    pub fn new(code: &'static str, reason: impl Into<Str>) -> Self {
        Self { code, reason: reason.into(), location: Location::caller() }
    }
}

/// Whether a code is one of checkov's: `CKV_AWS_33`, `CKV2_AWS_1`.
pub(crate) fn is_of_checkov(code: &str) -> bool {
    ["CKV_", "CKV2_"].iter().any(|family| code.starts_with(family))
}
