/** The kind of the token that sets a new password. */
export const passwordResetTokenKind = "password-reset";
/** The kind of the token that confirms a new address. */
export const emailChangeTokenKind = "email-change";
