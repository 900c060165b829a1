//! Writing answers: XML as the AWS Query protocol has it, lists as `member` elements.

use crate::refusal::Refusal;

/// A value in an answer.
#[derive(Debug, Clone)]
pub(crate) enum Xml {
    Text(String),
    Fields(Fields),
    List(Vec<Xml>),
}

/// The fields of a structure, in the order in which they are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    fields: Vec<(&'static str, Xml)>,
}

impl Fields {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn text(mut self, name: &'static str, value: impl ToString) -> Self {
        self.fields.push((name, Xml::Text(value.to_string())));
        self
    }

    /// The field, if there is a value.
    pub(crate) fn some(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn list(mut self, name: &'static str, values: Vec<Xml>) -> Self {
        self.fields.push((name, Xml::List(values)));
        self
    }

    pub(crate) fn strings<'a>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = &'a String>,
    ) -> Self {
        self.list(name, values.into_iter().cloned().map(Xml::Text).collect())
    }

    pub(crate) fn nested(mut self, name: &'static str, value: Fields) -> Self {
        self.fields.push((name, Xml::Fields(value)));
        self
    }
}

impl From<Fields> for Xml {
    fn from(fields: Fields) -> Self {
        Xml::Fields(fields)
    }
}

/// The answer to an action; `None` for one that answers nothing but that it was done.
pub(crate) fn answer(action: &str, result: Option<&Fields>, request: &str) -> String {
    let namespace = match action {
        "GetCallerIdentity" | "AssumeRole" => "https://sts.amazonaws.com/doc/2011-06-15/",
        _ => "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    };
    let mut out = format!("<{action}Response xmlns=\"{namespace}\">\n");
    if let Some(result) = result {
        out.push_str(&format!("<{action}Result>\n"));
        write_fields(&mut out, result);
        out.push_str(&format!("</{action}Result>\n"));
    }
    out.push_str(&format!(
        "<ResponseMetadata><RequestId>{request}</RequestId></ResponseMetadata>\n\
         </{action}Response>\n"
    ));
    out
}

/// The answer that refuses.
pub(crate) fn refusal(refusal: &Refusal, request: &str) -> String {
    let side = if refusal.status >= 500 { "Receiver" } else { "Sender" };
    let mut message = String::new();
    escape(&mut message, &refusal.message);
    format!(
        "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">\n\
         <Error><Type>{side}</Type><Code>{}</Code><Message>{message}</Message></Error>\n\
         <RequestId>{request}</RequestId>\n</ErrorResponse>\n",
        refusal.code
    )
}

fn write_fields(out: &mut String, fields: &Fields) {
    for (name, value) in &fields.fields {
        write(out, name, value);
    }
}

fn write(out: &mut String, name: &str, value: &Xml) {
    out.push_str(&format!("<{name}>"));
    match value {
        Xml::Text(text) => escape(out, text),
        Xml::Fields(fields) => write_fields(out, fields),
        Xml::List(values) => {
            for value in values {
                write(out, "member", value);
            }
        }
    }
    out.push_str(&format!("</{name}>"));
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}
