//! What names say about access: in come names as code writes them, out comes whether a check of that name asks for a
//! right, for an identity or for nothing, whether a call writes the audit log, and whether names speak of synthetic
//! data and of administration.

use crate::fact::environment::segments;
use crate::fact::route::Strength;
use crate::registry::audits;

/// Words that name a right.
#[rustfmt::skip]
const RIGHTS: &[&str] = &[
    "role", "roles", "permission", "permissions", "perm", "perms", "permit", "permitted", "authorize", "authorized",
    "authorise", "authorised", "authorization", "authorisation", "authorizes", "can", "cannot", "ability",
    "abilities", "acl", "rbac", "abac", "policy", "policies", "privilege", "privileges", "privileged", "entitled",
    "entitlement", "entitlements", "superuser", "superadmin", "staff", "steward", "stewards", "moderator", "owner",
    "scope", "scopes", "casbin", "casl", "forbidden", "forbid", "allowed", "capability", "capabilities", "grant",
    "granted", "grants", "voter", "claim", "claims", "isadmin", "requireadmin", "adminonly", "checkrole", "hasrole",
    "hasauthority", "checkpermission", "haspermission", "requirerole", "requirepermission", "preauthorize", "secured",
    "rolesallowed", "createable", "updateable", "deletable", "accessible", "inaccessible", "fls", "crud", "access",
];

/// The same where it needs no neutral word beside it.
const ADMINS: &[&str] = &["admin", "admins", "administrator", "administrators", "manager"];

/// Words that name an identity.
#[rustfmt::skip]
const IDENTITIES: &[&str] = &[
    "auth", "authenticate", "authenticated", "authentication", "authenticator", "login", "logged", "signin", "signed",
    "session", "jwt", "token", "passport", "bearer", "oauth", "oauth2", "oidc", "saml", "clerk", "user", "identity",
    "sso", "protect", "protected", "firebase", "cognito", "auth0", "apikey", "principal", "credentials", "loggedin",
    "requiresauth", "requireauth", "isauthenticated", "sanctum", "basic", "verified",
];

/// Words that name what asks nothing of the caller.
#[rustfmt::skip]
const NEUTRAL: &[&str] = &[
    "validate", "validator", "validation", "validates", "valid", "parse", "parser", "body", "json", "urlencoded",
    "multipart", "upload", "uploads", "multer", "file", "files", "single", "cors", "helmet", "compression", "limit",
    "limiter", "ratelimit", "throttle", "rate", "slow", "log", "logger", "logging", "morgan", "trace", "tracing",
    "metrics", "cache", "cached", "nocache", "timeout", "csrf", "csurf", "xsrf", "sanitize", "transform", "schema",
    "static", "cookie", "cookies", "etag", "favicon", "headers", "header", "locale", "i18n", "language", "atomic",
    "transaction", "db", "database", "audit", "query", "params", "swagger", "docs", "api", "version", "flash",
    "render", "load", "find", "set", "fetch", "exempt", "require_POST", "post", "methods", "wraps", "doc", "response",
    "serialize", "serializer", "pagination", "paginate", "deprecated", "override", "layout", "breadcrumb",
    "telemetry", "sentry", "recover", "recovery", "bodyparser", "bodylimit", "web", "bindings", "sensitive",
    "settings", "config",
];

/// Wrappers around a handler that only handle its errors.
#[rustfmt::skip]
const WRAPPERS: &[&str] = &[
    "asynchandler", "catchasync", "wrap", "wrapasync", "asyncwrapper", "asyncmiddleware", "trycatch", "handle",
    "bind",
];

/// Words in lower case.
pub fn words(name: &str) -> Vec<String> {
    segments(name).into_iter().map(str::to_ascii_lowercase).collect()
}

/// What a check makes sure of, by its name and by the literals that it is given.
pub fn strength(name: &str, given: &[&str]) -> Strength {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if words.is_empty() {
        return Strength::Unknown;
    }
    if has(&["csrf", "xsrf", "csurf", "antiforgery", "forgery", "captcha", "recaptcha"]) {
        return Strength::Nothing;
    }
    // `authorizationHeader`, `userPolicyPage`: a right's word beside a token's is about the token.
    let about_token = words.windows(2).any(|w| {
        w[0].starts_with("authori") && matches!(w[1].as_str(), "header" | "bearer" | "token" | "code" | "required")
    });
    if about_token && !has(ADMINS) && !rights(given) {
        return Strength::Authentication;
    }
    let neutral = has(NEUTRAL);
    if has(RIGHTS) && !about_token || has(ADMINS) && !neutral {
        return Strength::Authorisation;
    }
    if rights(given) && !neutral {
        return Strength::Authorisation;
    }
    if has(IDENTITIES) {
        return Strength::Authentication;
    }
    if neutral { Strength::Nothing } else { Strength::Unknown }
}

/// Whether arguments name a right: `auth('admin')`, `protect("synthetic:write")`, `can:publish`.
fn rights(given: &[&str]) -> bool {
    // A path, a key of a translation or a sentence names no right.
    let said = |text: &&&str| !text.contains('/') && text.matches(' ').count() < 4;
    given.iter().filter(said).any(|text| {
        let words = words(text);
        let named = words.iter().any(|w| RIGHTS.contains(&w.as_str()) || ADMINS.contains(&w.as_str()));
        let scope = text.split_once([':', '.']).is_some_and(|(a, b)| {
            !a.is_empty() && !b.is_empty() && a.len() + b.len() < 60 && !text.contains(['/', ' ', '*'])
        });
        named || scope
    })
}

/// Whether a name is a wrapper that only handles errors.
pub fn is_wrapper(name: &str) -> bool {
    WRAPPERS.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a call writes an audit log, by the steps of what is called and the sinks that are declared.
pub fn audits(steps: &[&str], declared: &[String]) -> bool {
    let Some(last) = steps.last() else { return false };
    if declared.iter().any(|sink| ends_with(steps, sink)) {
        return true;
    }
    if audits::audits().only_reads(last) {
        return false;
    }
    // Spatie's `activity()->log(…)`.
    let activity = steps.first() == Some(&"activity") && steps.len() > 1;
    activity || steps.iter().any(|s| audits::audits().names_log(s))
}

/// Whether the steps end as a declared sink is written (`audit.record`, `AuditLog::create`, `record_audit`).
fn ends_with(steps: &[&str], sink: &str) -> bool {
    let wanted: Vec<&str> = sink.split(['.', ':', '>', '-', '#', '\\']).filter(|s| !s.is_empty()).collect();
    let same =
        |a: &str, b: &str| a.trim_start_matches(['$', '@']).eq_ignore_ascii_case(b.trim_start_matches(['$', '@']));
    !wanted.is_empty()
        && steps.len() >= wanted.len()
        && steps[steps.len() - wanted.len()..].iter().zip(&wanted).all(|(a, b)| same(a, b))
}

/// Words of administration.
const ADMIN: &[&str] = &["admin", "administration", "administrator", "backoffice", "adminapi", "adminportal"];

/// Words of synthetic data.
#[rustfmt::skip]
const SYNTHETIC: &[&str] = &[
    "synthetic", "synthetics", "synth", "mockdata", "testdata", "fakedata", "dummydata", "sampledata", "seeder",
    "seeders", "seeding", "pseudonymise", "pseudonymize", "pseudonymiser", "pseudonymizer", "anonymise", "anonymize",
    "anonymiser", "anonymizer", "anonymisation", "anonymization", "pseudonymisation", "pseudonymization",
];

/// Words that are synthetic data's only beside one of [`DATA`].
#[rustfmt::skip]
const MAYBE: &[&str] = &[
    "fixture", "fixtures", "mock", "mocks", "fake", "dummy", "sample", "samples", "generator", "generators",
    "generated", "seed", "seeds", "masking", "test",
];

/// What makes them so.
#[rustfmt::skip]
const DATA: &[&str] = &[
    "data", "dataset", "datasets", "record", "records", "customer", "customers", "rows", "db", "database", "contacts",
];

/// Whether names say that they administer synthetic data.
pub fn is_synthetic_admin(names: &[&str]) -> bool {
    let words: Vec<String> = names.iter().flat_map(|n| words(n)).collect();
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let near = words.windows(2).any(|w| {
        let (a, b) = (w[0].as_str(), w[1].as_str());
        MAYBE.contains(&a) && DATA.contains(&b) || matches!(a, "seed" | "load" | "generate") && MAYBE.contains(&b)
    });
    has(ADMIN) && (has(SYNTHETIC) || near)
}

/// Whether names are about making or masking data: what such a route returns may be a parameter.
pub fn speaks_of_generation(names: &[&str]) -> bool {
    let words: Vec<String> = names.iter().flat_map(|n| words(n)).collect();
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    has(SYNTHETIC) || has(&["generator", "generators", "masking", "faker"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_is_not_an_identity() {
        for (name, given, expected) in [
            ("requireRole", &["synthetic-steward"][..], Strength::Authorisation),
            ("isAdmin", &[], Strength::Authorisation),
            ("auth.requireAdmin", &[], Strength::Authorisation),
            ("auth", &["admin"], Strength::Authorisation),
            ("requireAuth", &["synthetic:write"], Strength::Authorisation),
            ("permission_required", &["synth.publish"], Strength::Authorisation),
            ("checkJwt", &[], Strength::Authentication),
            ("passport.authenticate", &["jwt"], Strength::Authentication),
            ("login_required", &[], Strength::Authentication),
            ("requireUser", &[], Strength::Authentication),
            ("validateBody", &[], Strength::Nothing),
            ("express.json", &[], Strength::Nothing),
            ("adminRateLimiter", &[], Strength::Nothing),
            ("upload.single", &["file"], Strength::Nothing),
            ("shield", &[], Strength::Unknown),
        ] {
            assert_eq!(strength(name, given), expected, "{name}");
        }
    }

    #[test]
    fn an_audit_log_is_written_not_read() {
        for steps in [
            &["audit", "record"][..],
            &["auditLogger", "info"],
            &["AuditLog", "create!"],
            &["this", "auditService", "log"],
            &["activity", "log"],
            &["writeAuditEvent"],
        ] {
            assert!(audits(steps, &[]), "{steps:?}");
        }
        for steps in [&["auditLog", "findAll"][..], &["logger", "info"], &["getAuditTrail"], &["datasets", "publish"]] {
            assert!(!audits(steps, &[]), "{steps:?}");
        }
        assert!(audits(&["ledger", "append"], &["ledger.append".to_owned()]));
        assert!(!audits(&["other", "append"], &["ledger.append".to_owned()]));
    }

    #[test]
    fn both_administration_and_synthetic_data_must_be_said() {
        for names in [
            &["/admin/synthetic/publish"][..],
            &["AdminSyntheticController"],
            &["/admin", "seedDatabase"],
            &["/backoffice/fixtures", "loadFixtures"],
        ] {
            assert!(is_synthetic_admin(names), "{names:?}");
        }
        for names in [
            &["/admin/orders"][..],
            &["/synthetic/publish"],
            &["/admin/fixtures"],
            &["/admin/coupon-generator"],
            &["/admin/seeds"],
        ] {
            assert!(!is_synthetic_admin(names), "{names:?}");
        }
    }
}
