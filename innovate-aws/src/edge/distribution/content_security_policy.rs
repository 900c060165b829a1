//! What a page may load and run.

use crate::name::{DomainName, Hostname};

/// Where a page may load something from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A host, over HTTPS.
    Host(Hostname),
    /// Every host of a domain, over HTTPS.
    Subdomains(DomainName),
    /// A host, by a WebSocket over TLS.
    WebSocket(Hostname),
    /// `data:`, written into the page itself.
    Data,
    /// `blob:`, made by the page's own scripts.
    Blob,
}

impl Source {
    fn text(&self) -> String {
        match self {
            Self::Host(host) => format!("https://{host}"),
            Self::Subdomains(domain) => format!("https://*.{domain}"),
            Self::WebSocket(host) => format!("wss://{host}"),
            Self::Data => "data:".to_owned(),
            Self::Blob => "blob:".to_owned(),
        }
    }
}

/// What may run in a page beside its own scripts. There is no way to let in whatever is written into
/// the page, or code that is made of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptSource {
    /// The scripts of a host, over HTTPS.
    Host(Hostname),
    /// The script in the page whose SHA-256 digest this is.
    Sha256([u8; 32]),
    /// WebAssembly that the page's scripts compile.
    WebAssembly,
}

impl ScriptSource {
    fn text(&self) -> String {
        match self {
            Self::Host(host) => format!("https://{host}"),
            Self::Sha256(digest) => format!("'sha256-{}'", base64(digest)),
            Self::WebAssembly => "'wasm-unsafe-eval'".to_owned(),
        }
    }
}

/// Base64 as RFC 4648 has it.
#[allow(clippy::indexing_slicing, reason = "six bits are below 64, and a chunk isn't empty")]
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let [first, second, third] = group;
        let bits = u32::from(first) << 16 | u32::from(second) << 8 | u32::from(third);
        for at in 0..4 {
            if at > chunk.len() {
                text.push('=');
            } else {
                let six = (bits >> (18 - 6 * at)) & 63;
                text.push(char::from(ALPHABET[six as usize]));
            }
        }
    }
    text
}

/// What a page may load, run and send to: the header `Content-Security-Policy`. An attacker who
/// gets a script into the page can't run it, and can't send away what it reads.
///
/// [`strict`](Self::strict) is what a single-page application needs that is served whole by the
/// distribution, with its API below the same host. Each method adds to it.
///
/// ```
/// use innovate_aws::{edge::{ContentSecurityPolicy, Source}, name};
///
/// let policy = ContentSecurityPolicy::strict()
///     .connections([Source::Host(name!(Hostname: "login.innovate.example"))])
///     .images([Source::Data]);
/// assert_eq!(
///     policy.to_string(),
///     "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; \
///      form-action 'self'; connect-src 'self' https://login.innovate.example; \
///      img-src 'self' data:; upgrade-insecure-requests"
/// );
/// ```
///
/// Source: "Content Security Policy Level 3", W3C.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ContentSecurityPolicy {
    scripts: Vec<ScriptSource>,
    inline_styles: bool,
    styles: Vec<Source>,
    connections: Vec<Source>,
    fonts: Vec<Source>,
    frames: Vec<Source>,
    images: Vec<Source>,
    media: Vec<Source>,
    workers: Vec<Source>,
    forms: Vec<Source>,
}

impl ContentSecurityPolicy {
    /// Everything from the distribution's own hosts and nothing from elsewhere, no plugins, and no
    /// other page around it.
    pub const fn strict() -> Self {
        Self {
            scripts: Vec::new(),
            inline_styles: false,
            styles: Vec::new(),
            connections: Vec::new(),
            fonts: Vec::new(),
            frames: Vec::new(),
            images: Vec::new(),
            media: Vec::new(),
            workers: Vec::new(),
            forms: Vec::new(),
        }
    }

    /// Scripts that may run beside its own.
    pub fn scripts(mut self, sources: impl IntoIterator<Item = ScriptSource>) -> Self {
        self.scripts.extend(sources);
        self
    }

    /// Styles that are written into the page, as libraries do that keep styles in scripts. An
    /// attacker can change with them what a page looks like.
    pub const fn inline_styles(mut self) -> Self {
        self.inline_styles = true;
        self
    }

    /// Where styles may come from.
    pub fn styles(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.styles.extend(sources);
        self
    }

    /// What scripts may connect to: APIs, sign-in, measurements.
    pub fn connections(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.connections.extend(sources);
        self
    }

    /// Where fonts may come from.
    pub fn fonts(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.fonts.extend(sources);
        self
    }

    /// What may be shown in a frame of the page.
    pub fn frames(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.frames.extend(sources);
        self
    }

    /// Where images may come from.
    pub fn images(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.images.extend(sources);
        self
    }

    /// Where audio and video may come from.
    pub fn media(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.media.extend(sources);
        self
    }

    /// What workers may run.
    pub fn workers(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.workers.extend(sources);
        self
    }

    /// Where forms may be sent to.
    pub fn forms(mut self, sources: impl IntoIterator<Item = Source>) -> Self {
        self.forms.extend(sources);
        self
    }
}

impl Default for ContentSecurityPolicy {
    fn default() -> Self {
        Self::strict()
    }
}

impl std::fmt::Display for ContentSecurityPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fn texts(sources: &[Source]) -> Vec<String> {
            sources.iter().map(Source::text).collect()
        }
        let mut styles = texts(&self.styles);
        if self.inline_styles {
            styles.insert(0, "'unsafe-inline'".to_owned());
        }
        let scripts = self.scripts.iter().map(ScriptSource::text).collect();
        f.write_str(
            "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'",
        )?;
        write!(f, "; form-action 'self'")?;
        for form in texts(&self.forms) {
            write!(f, " {form}")?;
        }
        for (directive, sources) in [
            ("script-src", scripts),
            ("style-src", styles),
            ("connect-src", texts(&self.connections)),
            ("font-src", texts(&self.fonts)),
            ("frame-src", texts(&self.frames)),
            ("img-src", texts(&self.images)),
            ("media-src", texts(&self.media)),
            ("worker-src", texts(&self.workers)),
        ] {
            // What isn't said falls back to `default-src`.
            if !sources.is_empty() {
                write!(f, "; {directive} 'self' {}", sources.join(" "))?;
            }
        }
        f.write_str("; upgrade-insecure-requests")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain, name};

    #[test]
    fn base64_is_padded() {
        for (text, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }

    #[test]
    fn each_directive_adds_to_the_own_host() {
        let host = || Source::Host(name!(Hostname: "a.example.org"));
        let policy = ContentSecurityPolicy::strict()
            .scripts([ScriptSource::WebAssembly, ScriptSource::Sha256([0; 32])])
            .inline_styles()
            .styles([host()])
            .connections([Source::WebSocket(name!(Hostname: "ws.example.org"))])
            .fonts([Source::Data])
            .frames([host()])
            .images([Source::Subdomains(domain!("example.org"))])
            .media([Source::Blob])
            .workers([Source::Blob])
            .forms([host()])
            .to_string();
        for part in [
            "; script-src 'self' 'wasm-unsafe-eval' 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='; ",
            "; style-src 'self' 'unsafe-inline' https://a.example.org; ",
            "; connect-src 'self' wss://ws.example.org; ",
            "; font-src 'self' data:; ",
            "; frame-src 'self' https://a.example.org; ",
            "; img-src 'self' https://*.example.org; ",
            "; media-src 'self' blob:; ",
            "; worker-src 'self' blob:; ",
            "; form-action 'self' https://a.example.org; ",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
    }
}
