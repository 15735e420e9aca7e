//! What a member of staff knows how to do: names that a tenant makes up, such as "loans" or "sign language".

use usher_kernel::{FieldFault, is_unshowable};

/// How many one person, or one service, may have.
const MOST: usize = 50;
/// How long one may be.
const LONGEST: usize = 40;

/// The form in which two skills are compared: capitals and blanks around do not count.
pub fn key(skill: &str) -> String {
    skill.trim().to_lowercase()
}

/// Skills as they are kept: without blanks around, each once.
pub fn kept(skills: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(skills.len());
    for skill in skills {
        if !kept.iter().any(|known| key(known) == key(skill)) {
            kept.push(skill.trim().to_owned());
        }
    }
    kept
}

/// What is wrong with a list of skills; none when it can be kept.
pub fn fault(field: &str, skills: &[String]) -> Option<FieldFault> {
    let wrong = |skill: &String| {
        let text = skill.trim();
        !(1..=LONGEST).contains(&text.chars().count()) || text.chars().any(is_unshowable)
    };
    (skills.len() > MOST || skills.iter().any(wrong)).then(|| FieldFault {
        field: field.to_owned(),
        code: "not_skills",
        message: format!("At most {MOST} skills of 1 to {LONGEST} letters."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skills_are_kept_once_whatever_their_capitals() {
        let given = [" Loans", "loans ", "Sign language"].map(str::to_owned);
        assert_eq!(kept(&given), ["Loans", "Sign language"]);
        assert_eq!(fault("skills", &given), None);
    }

    #[test]
    fn what_is_no_skill_is_named() {
        for wrong in [vec![String::new()], vec![" ".into()], vec!["a".repeat(41)], vec!["a\nb".into()]] {
            let fault = fault("skills", &wrong).unwrap();
            assert_eq!((fault.field.as_str(), fault.code), ("skills", "not_skills"), "{wrong:?}");
        }
        let many: Vec<String> = (0..51).map(|n| format!("s{n}")).collect();
        assert!(fault("skills", &many).is_some());
    }
}
