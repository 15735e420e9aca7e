//! The mails with a secret link, in the languages that there are.

use usher_kernel::SignedDuration;

/// What a mail with a secret link is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    /// Somebody forgot their password.
    Reset,
    /// Somebody was made a member and has no password yet.
    Invitation,
    /// Somebody who has an account is asked to belong to a tenant.
    Joining,
    /// Somebody shall prove their address.
    Verification,
}

/// What a letter says of its case.
#[derive(Clone, Copy, Debug)]
pub struct Particulars<'a> {
    /// What the person is called.
    pub name: &'a str,
    /// The organisation that they were added to; only invitations and requests to join name it.
    pub organisation: &'a str,
    /// The link with the secret.
    pub link: &'a str,
    /// How long the link is good.
    pub life: SignedDuration,
}

/// A letter as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its language, a BCP 47 tag.
    pub language: &'static str,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Subject and text of every letter in one language.
struct Language {
    tag: &'static str,
    reset: [&'static str; 2],
    invitation: [&'static str; 2],
    joining: [&'static str; 2],
    verification: [&'static str; 2],
}

/// The first one is for whoever reads none of them.
const LANGUAGES: &[Language] = &[
    Language {
        tag: "en",
        reset: [
            "Choose a new password",
            "Hello {name},\n\nopen this link within {minutes} minutes to choose a new password:\n\n{link}\n\n\
             It works once. If you did not ask for it, you need do nothing.",
        ],
        invitation: [
            "You are invited to {organisation}",
            "Hello {name},\n\nyou were added to {organisation}. Open this link within {hours} hours to choose \
             your password:\n\n{link}\n\nIt works once.",
        ],
        joining: [
            "{organisation} asks you to join",
            "Hello {name},\n\n{organisation} would like you to belong to it with the account that you have. If you \
             want that, open this link within {hours} hours and accept:\n\n{link}\n\nIf you do not, you need do \
             nothing: they learn nothing of you.",
        ],
        verification: [
            "Confirm your e-mail address",
            "Hello {name},\n\nopen this link within {hours} hours to confirm your e-mail address:\n\n{link}\n\n\
             It works once. If you did not ask for it, you need do nothing.",
        ],
    },
    Language {
        tag: "de",
        reset: [
            "Wählen Sie ein neues Passwort",
            "Guten Tag {name},\n\nöffnen Sie diesen Link innerhalb von {minutes} Minuten, um ein neues Passwort zu \
             wählen:\n\n{link}\n\nEr gilt einmal. Wenn Sie nicht darum gebeten haben, müssen Sie nichts tun.",
        ],
        invitation: [
            "Einladung zu {organisation}",
            "Guten Tag {name},\n\nSie gehören jetzt zu {organisation}. Öffnen Sie diesen Link innerhalb von {hours} \
             Stunden, um Ihr Passwort zu wählen:\n\n{link}\n\nEr gilt einmal.",
        ],
        joining: [
            "{organisation} lädt Sie ein",
            "Guten Tag {name},\n\n{organisation} möchte, dass Sie mit Ihrem Konto auch dort dazugehören. Wenn Sie das \
             möchten, öffnen Sie diesen Link innerhalb von {hours} Stunden und nehmen Sie an:\n\n{link}\n\nSonst \
             müssen Sie nichts tun: Dort erfährt niemand etwas von Ihnen.",
        ],
        verification: [
            "Bestätigen Sie Ihre E-Mail-Adresse",
            "Guten Tag {name},\n\nöffnen Sie diesen Link innerhalb von {hours} Stunden, um Ihre E-Mail-Adresse zu \
             bestätigen:\n\n{link}\n\nEr gilt einmal. Wenn Sie nicht darum gebeten haben, müssen Sie nichts tun.",
        ],
    },
    Language {
        tag: "fr",
        reset: [
            "Choisissez un nouveau mot de passe",
            "Bonjour {name},\n\nouvrez ce lien dans les {minutes} minutes pour choisir un nouveau mot de \
             passe :\n\n{link}\n\nIl ne sert qu'une fois. Si vous n'avez rien demandé, vous n'avez rien à faire.",
        ],
        invitation: [
            "Invitation à rejoindre {organisation}",
            "Bonjour {name},\n\nvous faites maintenant partie de {organisation}. Ouvrez ce lien dans les {hours} \
             heures pour choisir votre mot de passe :\n\n{link}\n\nIl ne sert qu'une fois.",
        ],
        joining: [
            "{organisation} vous propose de la rejoindre",
            "Bonjour {name},\n\n{organisation} vous propose de la rejoindre avec le compte que vous avez. Si vous le \
             souhaitez, ouvrez ce lien dans les {hours} heures et acceptez :\n\n{link}\n\nSinon, vous n'avez rien à \
             faire : rien de vous ne lui est communiqué.",
        ],
        verification: [
            "Confirmez votre adresse e-mail",
            "Bonjour {name},\n\nouvrez ce lien dans les {hours} heures pour confirmer votre adresse \
             e-mail :\n\n{link}\n\nIl ne sert qu'une fois. Si vous n'avez rien demandé, vous n'avez rien à faire.",
        ],
    },
    Language {
        tag: "es",
        reset: [
            "Elija una contraseña nueva",
            "Hola, {name}:\n\nAbra este enlace en los próximos {minutes} minutos para elegir una contraseña \
             nueva:\n\n{link}\n\nSolo sirve una vez. Si no lo ha pedido, no tiene que hacer nada.",
        ],
        invitation: [
            "Invitación a {organisation}",
            "Hola, {name}:\n\nYa forma parte de {organisation}. Abra este enlace en las próximas {hours} horas para \
             elegir su contraseña:\n\n{link}\n\nSolo sirve una vez.",
        ],
        joining: [
            "{organisation} le invita a unirse",
            "Hola, {name}:\n\n{organisation} le invita a unirse con la cuenta que ya tiene. Si lo desea, abra este \
             enlace en las próximas {hours} horas y acepte:\n\n{link}\n\nSi no, no tiene que hacer nada: no sabrán \
             nada de usted.",
        ],
        verification: [
            "Confirme su correo electrónico",
            "Hola, {name}:\n\nAbra este enlace en las próximas {hours} horas para confirmar su correo \
             electrónico:\n\n{link}\n\nSolo sirve una vez. Si no lo ha pedido, no tiene que hacer nada.",
        ],
    },
    Language {
        tag: "ar",
        reset: [
            "اختيار كلمة مرور جديدة",
            "مرحبًا {name}،\n\nافتح هذا الرابط خلال {minutes} دقيقة لاختيار كلمة مرور جديدة:\n\n{link}\n\n\
             يعمل الرابط مرة واحدة. إذا لم تطلب ذلك فلا داعي لأي إجراء.",
        ],
        invitation: [
            "دعوة للانضمام إلى {organisation}",
            "مرحبًا {name}،\n\nتمت إضافتك إلى {organisation}. افتح هذا الرابط خلال {hours} ساعة لاختيار كلمة \
             المرور الخاصة بك:\n\n{link}\n\nيعمل الرابط مرة واحدة.",
        ],
        joining: [
            "{organisation} تدعوك إلى الانضمام",
            "مرحبًا {name}،\n\nتدعوك {organisation} إلى الانضمام إليها بالحساب الذي لديك. إذا رغبت في ذلك فافتح هذا \
             الرابط خلال {hours} ساعة واقبل الدعوة:\n\n{link}\n\nوإلا فلا داعي لأي إجراء: لن تعرف عنك شيئًا.",
        ],
        verification: [
            "تأكيد عنوان بريدك الإلكتروني",
            "مرحبًا {name}،\n\nافتح هذا الرابط خلال {hours} ساعة لتأكيد عنوان بريدك الإلكتروني:\n\n{link}\n\n\
             يعمل الرابط مرة واحدة. إذا لم تطلب ذلك فلا داعي لأي إجراء.",
        ],
    },
];

/// Writes a letter in the first of the wished languages that there is. An empty wish is none.
pub fn write(letter: Letter, wished: &[&str], about: Particulars<'_>) -> Written {
    let of_tag = |tag: &&str| {
        let language = tag.split('-').next().unwrap_or_default();
        LANGUAGES.iter().find(|one| one.tag.eq_ignore_ascii_case(language))
    };
    let language = wished.iter().find_map(of_tag).unwrap_or(&LANGUAGES[0]);
    let [subject, text] = match letter {
        Letter::Reset => language.reset,
        Letter::Invitation => language.invitation,
        Letter::Joining => language.joining,
        Letter::Verification => language.verification,
    };
    Written { language: language.tag, subject: fill(subject, about), text: fill(text, about) }
}

/// The template with its places filled, each once: a name that looks like a place stays a name.
fn fill(template: &str, about: Particulars<'_>) -> String {
    let mut filled = String::with_capacity(template.len() + about.link.len());
    let mut parts = template.split('{');
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (place, rest) = part.split_once('}').unwrap_or((part, ""));
        match place {
            "name" => filled.push_str(about.name),
            "organisation" => filled.push_str(about.organisation),
            "link" => filled.push_str(about.link),
            "minutes" => filled.push_str(&about.life.as_mins().to_string()),
            "hours" => filled.push_str(&about.life.as_hours().to_string()),
            _ => {}
        }
        filled.push_str(rest);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: Particulars<'_> = Particulars {
        name: "{link} Ana",
        organisation: "Bank",
        link: "https://usher.example/login#reset=x",
        life: SignedDuration::from_mins(30),
    };

    #[test]
    fn every_letter_is_whole_in_every_language() {
        for language in LANGUAGES {
            for letter in [Letter::Reset, Letter::Invitation, Letter::Joining, Letter::Verification] {
                let written = write(letter, &[language.tag], ABOUT);
                assert_eq!(written.language, language.tag);
                assert_eq!(written.text.matches(ABOUT.link).count(), 1, "{written:?}");
                assert!(written.text.contains("{link} Ana"), "{written:?}");
                let named = written.subject.contains("Bank") && written.text.contains("Bank");
                assert_eq!(named, matches!(letter, Letter::Invitation | Letter::Joining), "{written:?}");
                let places = written.text.replace("{link} Ana", "");
                assert!(!places.contains(['{', '}']) && !written.subject.contains(['{', '}']), "{written:?}");
            }
        }
    }

    #[test]
    fn the_first_wish_that_can_be_met_counts() {
        let language = |wished: &[&str]| write(Letter::Reset, wished, ABOUT).language;
        assert_eq!(language(&["fr-CA", "ar"]), "fr");
        assert_eq!(language(&["", "sw", "AR"]), "ar");
        assert_eq!((language(&["de-AT"]), language(&["es-MX", "en"])), ("de", "es"));
        assert_eq!(language(&["", "sw"]), "en");
        assert_eq!(language(&[]), "en");
        assert!(write(Letter::Reset, &["en"], ABOUT).text.contains("within 30 minutes"));
    }
}
