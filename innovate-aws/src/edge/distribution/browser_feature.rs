//! What of a browser pages may use.

/// Something of a browser or its device that a page has to be allowed to use, in the header
/// `Permissions-Policy`. What the program doesn't name, no page and no frame in it can use, whatever
/// scripts get into it.
///
/// Sources: "Permissions Policy", W3C; the list of policy-controlled features that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum BrowserFeature {
    /// `accelerometer`: how the device is moved.
    Accelerometer,
    /// `camera`.
    Camera,
    /// `display-capture`: what is on the screen.
    DisplayCapture,
    /// `geolocation`: where the device is.
    Geolocation,
    /// `gyroscope`: how the device is turned.
    Gyroscope,
    /// `magnetometer`: where the device points to.
    Magnetometer,
    /// `microphone`.
    Microphone,
    /// `midi`: musical instruments.
    Midi,
    /// `payment`: payments by the browser.
    Payment,
    /// `serial`: devices at serial ports.
    Serial,
    /// `usb`: devices at USB.
    Usb,
}

impl BrowserFeature {
    const ALL: [Self; 11] = [
        Self::Accelerometer,
        Self::Camera,
        Self::DisplayCapture,
        Self::Geolocation,
        Self::Gyroscope,
        Self::Magnetometer,
        Self::Microphone,
        Self::Midi,
        Self::Payment,
        Self::Serial,
        Self::Usb,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Accelerometer => "accelerometer",
            Self::Camera => "camera",
            Self::DisplayCapture => "display-capture",
            Self::Geolocation => "geolocation",
            Self::Gyroscope => "gyroscope",
            Self::Magnetometer => "magnetometer",
            Self::Microphone => "microphone",
            Self::Midi => "midi",
            Self::Payment => "payment",
            Self::Serial => "serial",
            Self::Usb => "usb",
        }
    }

    /// The header with which pages may use these and nothing else.
    pub(super) fn policy(allowed: &[Self]) -> String {
        let directive = |feature: Self| {
            let who = if allowed.contains(&feature) { "self" } else { "" };
            format!("{}=({who})", feature.name())
        };
        Self::ALL.map(directive).join(", ")
    }
}
