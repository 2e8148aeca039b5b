//! Every name and text the tour looks for, in one place; it doesn't know in which order.

/// A provider as the tour meets it.
#[derive(Debug, Clone, Copy)]
pub struct Provider {
    /// Its id, for the names of pictures.
    pub id: &'static str,
    /// Its name on screen, which is also the label of an account linked in the practice providers.
    pub name: &'static str,
    /// How one signs in there.
    pub sign_in: SignIn,
}

/// How one signs in at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// In the browser, which comes back to the window by itself.
    Browser,
    /// In the browser, which warns of a certificate before it comes back.
    BrowserThatWarns,
    /// In the window, with e-mail and password.
    Password,
}

/// The providers in the order in which the tour links them.
pub const PROVIDERS: [Provider; 5] = [
    Provider {
        id: "trading-parrot",
        name: "The Trading Parrot",
        sign_in: SignIn::Browser,
    },
    Provider {
        id: "just2trade",
        name: "Just2Trade",
        sign_in: SignIn::Browser,
    },
    UNLINKED,
    Provider {
        id: "tradecloud",
        name: "Tradecloud",
        sign_in: SignIn::Password,
    },
    PASTED,
];

/// The provider that is linked once more, by pasting the address of a browser that warns.
pub const PASTED: Provider = Provider {
    id: "rest-api-v1",
    name: "REST API v1",
    sign_in: SignIn::BrowserThatWarns,
};
/// The provider that is added by its issuer; id and name are given to it in the window.
pub const ADDED: Provider = Provider {
    id: "practice-identity",
    name: "Practice Identity",
    sign_in: SignIn::Browser,
};
/// The account whose trading accounts are shown.
pub const TRADER: &str = "Just2Trade";
/// The provider whose account is unlinked and stays so.
pub const UNLINKED: Provider = Provider {
    id: "biggerplate",
    name: "Biggerplate",
    sign_in: SignIn::Browser,
};

/// `Link PROVIDER`.
pub fn link(provider: &str) -> String {
    format!("Link {provider}")
}

/// `Refresh LABEL`.
pub fn refresh(label: &str) -> String {
    format!("Refresh {label}")
}

/// `Unlink LABEL`.
pub fn unlink(label: &str) -> String {
    format!("Unlink {label}")
}

/// `Set up PROVIDER`.
pub fn set_up(provider: &str) -> String {
    format!("Set up {provider}")
}

/// The label of a provider's second, third … account, where nobody gave it another.
pub fn numbered(provider: &str, number: u8) -> String {
    format!("{provider} {number}")
}

/// The button that refreshes every account.
pub const REFRESH_ALL: &str = "Refresh all";
/// The button that confirms the unlinking.
pub const CONFIRM_UNLINK: &str = "Unlink account";
/// How the label of a link under way starts.
pub const WAITING: &str = "Waiting for you to sign in at ";
/// How the countdown of a living token starts.
pub const EXPIRES_IN: &str = "Expires in ";

/// The fields and the button of the sign-in in the window.
pub const E_MAIL: &str = "E-mail";
/// The password's field.
pub const PASSWORD: &str = "Password";
/// The button under the two fields.
pub const SIGN_IN: &str = "Sign in";

/// The button that opens the field for a pasted address.
pub const PASTE_ADDRESS: &str = "Paste address";
/// The field for a pasted address.
pub const REDIRECT_ADDRESS: &str = "Redirect address";
/// The button that takes the pasted address.
pub const CONTINUE: &str = "Continue";

/// How the label with the certificate's fingerprint starts.
pub const FINGERPRINT: &str = "SHA-256 fingerprint ";
/// How the words start that tell of the browser's warning.
pub const REFUSED: &str = "Your browser came back and refused Linkdesk’s certificate";

/// The button that opens the page on which a provider is added.
pub const ADD_A_PROVIDER: &str = "Add a provider";
/// The field for an issuer.
pub const ISSUER_ADDRESS: &str = "Issuer address";
/// The button that asks the issuer.
pub const LOOK_UP: &str = "Look up";
/// The field for a found provider's name.
pub const NAME: &str = "Name";
/// The field for its id.
pub const ID: &str = "Id";
/// The button that adds what was found.
pub const ADD_PROVIDER: &str = "Add provider";

/// How the heading of a set-up starts.
pub const SET_UP_OF: &str = "Set-up of ";
/// The field for the client id.
pub const CLIENT_ID: &str = "Client ID";
/// The field for the client secret.
pub const CLIENT_SECRET: &str = "Client secret";
/// The button that tests what was typed.
pub const TEST_SET_UP: &str = "Test set-up";
/// What the test says where all is well.
pub const TEST_PASSED: &str = "It works as far as can be told";
/// The button that saves what was typed.
pub const SAVE_SET_UP: &str = "Save set-up";
/// What the page says then.
pub const SAVED: &str = "Saved";

/// The button that begins a sign-in on another device.
pub const OTHER_DEVICE: &str = "Sign in on another device…";
/// How the label with the code for the other device starts.
pub const CODE: &str = "Code ";

/// The answer that makes a second account of the same person.
pub const KEEP_BOTH: &str = "Keep both";

/// The table of trading accounts, and one row that the practice provider always has.
pub const TRADING_ACCOUNTS: &str = "Trading accounts";
/// One trading account of the practice provider.
pub const TRADING_ACCOUNT: &str = "12345678@vision";

/// The button that opens the settings, and pressed again leaves them.
pub const SETTINGS: &str = "Settings";
/// The theme in the settings.
pub const LIGHT: &str = "Light";
/// The other theme in the settings.
pub const DARK: &str = "Dark";

/// The provider's pages in the browser: the button of the sign-in page, by its text.
pub const PAGE_SIGN_IN: &str = "Sign in";
/// The button of the consent page, by its selector.
pub const PAGE_ALLOW: &str = "button[name=decision][value=allow]";
/// What the page at the end says where all is well; those for other ends name Linkdesk, too.
pub const PAGE_FINISHED: &str = "Linkdesk is finishing the sign-in";
/// The field for a device's code, by its selector.
pub const PAGE_CODE: &str = "#user_code";
/// The button that takes the code, by its text.
pub const PAGE_CONTINUE: &str = "Continue";
/// What the page says once a device was allowed in.
pub const PAGE_ALLOWED: &str = "You can go back to the app now.";

/// Chromium's warning of a certificate: the button that shows more, by its selector.
pub const WARNING_DETAILS: &str = "#details-button";
/// The way on, by its selector.
pub const WARNING_PROCEED: &str = "#proceed-link";
/// The certificate that was presented, which opens with a click on the error's name.
pub const WARNING_CERTIFICATE: &str = "#error-debugging-info";
