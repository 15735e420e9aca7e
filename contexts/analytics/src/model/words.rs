//! What stands in a report beside its figures, in the languages that there are.

use super::report::{Dimension, Metric};

usher_kernel::text_enum! {
    /// The language of a report's headings.
    pub enum Tongue {
        /// English.
        English = "en",
        /// French.
        French = "fr",
        /// German.
        German = "de",
        /// Spanish.
        Spanish = "es",
        /// Arabic.
        Arabic = "ar",
    }
}

impl Tongue {
    /// The first of the wished languages (BCP 47 tags) that there is, else English. An empty wish is none.
    pub fn of<'a>(wished: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |tag: &str| {
            let language = tag.split('-').next().unwrap_or_default();
            Self::ALL.iter().find(|one| one.as_str().eq_ignore_ascii_case(language)).copied()
        };
        wished.into_iter().find_map(known).unwrap_or(Self::English)
    }

    /// Whether it is written from right to left.
    pub const fn is_right_to_left(self) -> bool {
        matches!(self, Self::Arabic)
    }

    /// Of the words in all five languages, its own.
    const fn pick(self, [en, fr, de, es, ar]: [&'static str; 5]) -> &'static str {
        match self {
            Self::English => en,
            Self::French => fr,
            Self::German => de,
            Self::Spanish => es,
            Self::Arabic => ar,
        }
    }

    /// What a report is called that has no name.
    pub const fn report(self) -> &'static str {
        self.pick(["Report", "Rapport", "Bericht", "Informe", "تقرير"])
    }

    /// What stands before the sums.
    pub const fn total(self) -> &'static str {
        self.pick(["Total", "Total", "Gesamt", "Total", "المجموع"])
    }

    /// What stands between the first day and the last one.
    pub const fn until(self) -> &'static str {
        self.pick(["to", "au", "bis", "a", "إلى"])
    }

    /// The name of a day of the week, 0 for Monday.
    pub const fn day(self, n: i64) -> &'static str {
        self.pick(match n.rem_euclid(7) {
            0 => ["Monday", "lundi", "Montag", "lunes", "الاثنين"],
            1 => ["Tuesday", "mardi", "Dienstag", "martes", "الثلاثاء"],
            2 => ["Wednesday", "mercredi", "Mittwoch", "miércoles", "الأربعاء"],
            3 => ["Thursday", "jeudi", "Donnerstag", "jueves", "الخميس"],
            4 => ["Friday", "vendredi", "Freitag", "viernes", "الجمعة"],
            5 => ["Saturday", "samedi", "Samstag", "sábado", "السبت"],
            _ => ["Sunday", "dimanche", "Sonntag", "domingo", "الأحد"],
        })
    }

    /// What stands over a dimension's column.
    pub const fn dimension(self, dimension: Dimension) -> &'static str {
        self.pick(match dimension {
            Dimension::Site => ["Site", "Site", "Standort", "Sede", "الموقع"],
            Dimension::Queue => ["Queue", "File", "Warteschlange", "Cola", "الطابور"],
            Dimension::Service => ["Service", "Service", "Leistung", "Servicio", "الخدمة"],
            Dimension::Counter => ["Counter", "Guichet", "Schalter", "Ventanilla", "الشباك"],
            Dimension::Agent => ["Agent", "Agent", "Person am Schalter", "Agente", "الموظف"],
            Dimension::Day => ["Day", "Jour", "Tag", "Día", "اليوم"],
            Dimension::Week => ["Week from", "Semaine du", "Woche ab", "Semana del", "الأسبوع من"],
            Dimension::Month => ["Month", "Mois", "Monat", "Mes", "الشهر"],
            Dimension::Weekday => {
                ["Weekday", "Jour de la semaine", "Wochentag", "Día de la semana", "يوم الأسبوع"]
            }
            Dimension::Hour => ["Hour", "Heure", "Stunde", "Hora", "الساعة"],
        })
    }

    /// What stands over a metric's column.
    pub const fn metric(self, metric: Metric) -> &'static str {
        self.pick(match metric {
            Metric::Issued => ["Issued", "Émis", "Ausgegeben", "Dados", "صدرت"],
            Metric::Called => ["Called", "Appelés", "Aufgerufen", "Llamados", "نوديت"],
            Metric::Served => ["Served", "Servis", "Bedient", "Atendidos", "خُدمت"],
            Metric::NoShows => ["No-shows", "Absents", "Nicht erschienen", "No se presentaron", "لم يحضروا"],
            Metric::Left => ["Left", "Partis", "Gegangen", "Se fueron", "غادروا"],
            Metric::Expired => ["Expired", "Expirés", "Abgelaufen", "Caducados", "انتهت"],
            Metric::Cancelled => ["Cancelled", "Annulés", "Storniert", "Cancelados", "أُلغيت"],
            Metric::Transferred => ["Transferred", "Transférés", "Weitergeleitet", "Derivados", "حُوّلت"],
            Metric::AbandonmentPercent => {
                ["Abandonment (%)", "Perdus (%)", "Verloren (%)", "Perdidos (%)", "المفقودون (%)"]
            }
            Metric::AverageWait => [
                "Average wait (min)",
                "Attente moyenne (min)",
                "Mittlere Wartezeit (min)",
                "Espera media (min)",
                "متوسط الانتظار (د)",
            ],
            Metric::P50Wait => [
                "Median wait (min)",
                "Attente médiane (min)",
                "Wartezeit, Median (min)",
                "Espera mediana (min)",
                "وسيط الانتظار (د)",
            ],
            Metric::P90Wait => [
                "P90 wait (min)",
                "Attente P90 (min)",
                "Wartezeit, P90 (min)",
                "Espera P90 (min)",
                "انتظار P90 (د)",
            ],
            Metric::AverageService => [
                "Average service (min)",
                "Service moyen (min)",
                "Mittlere Bedienzeit (min)",
                "Atención media (min)",
                "متوسط الخدمة (د)",
            ],
            Metric::P50Service => [
                "Median service (min)",
                "Service médian (min)",
                "Bedienzeit, Median (min)",
                "Atención mediana (min)",
                "وسيط الخدمة (د)",
            ],
            Metric::P90Service => [
                "P90 service (min)",
                "Service P90 (min)",
                "Bedienzeit, P90 (min)",
                "Atención P90 (min)",
                "خدمة P90 (د)",
            ],
            Metric::SlaMetPercent => [
                "SLA met (%)",
                "Promesse tenue (%)",
                "Zusage eingehalten (%)",
                "Compromiso cumplido (%)",
                "الوفاء بالوعد (%)",
            ],
            Metric::HandlingHours => {
                ["Handling (h)", "Traitement (h)", "Bearbeitung (h)", "Gestión (h)", "المعالجة (س)"]
            }
            Metric::OpenHours => ["Open (h)", "Ouverture (h)", "Offen (h)", "Abierto (h)", "الفتح (س)"],
            Metric::PresentHours => {
                ["Present (h)", "Présence (h)", "Anwesend (h)", "Presencia (h)", "الحضور (س)"]
            }
            Metric::BreakHours => ["Breaks (h)", "Pauses (h)", "Pausen (h)", "Pausas (h)", "الاستراحات (س)"],
            Metric::IdleHours => {
                ["Idle (h)", "Inactivité (h)", "Leerlauf (h)", "Sin actividad (h)", "دون عمل (س)"]
            }
            Metric::Feedback => ["Feedback", "Avis", "Rückmeldungen", "Opiniones", "الآراء"],
            Metric::Csat => {
                ["Stars (1–5)", "Étoiles (1–5)", "Sterne (1–5)", "Estrellas (1–5)", "النجوم (1–5)"]
            }
            Metric::Nps => ["NPS", "NPS", "NPS", "NPS", "NPS"],
            Metric::PointsEarned => {
                ["Points earned", "Points gagnés", "Punkte gesammelt", "Puntos ganados", "النقاط المكتسبة"]
            }
            Metric::PointsSpent => {
                ["Points spent", "Points dépensés", "Punkte eingelöst", "Puntos gastados", "النقاط المصروفة"]
            }
            Metric::Rewards => ["Rewards", "Récompenses", "Prämien", "Recompensas", "المكافآت"],
            Metric::Appointments => ["Appointments", "Rendez-vous", "Termine", "Citas", "المواعيد"],
            Metric::AppointmentsKept => [
                "Appointments kept",
                "Rendez-vous honorés",
                "Wahrgenommene Termine",
                "Citas cumplidas",
                "مواعيد تمت",
            ],
            Metric::AppointmentsMissed => [
                "Appointments missed",
                "Rendez-vous manqués",
                "Versäumte Termine",
                "Citas perdidas",
                "مواعيد فائتة",
            ],
            Metric::AppointmentsCancelled => [
                "Appointments cancelled",
                "Rendez-vous annulés",
                "Abgesagte Termine",
                "Citas canceladas",
                "مواعيد ملغاة",
            ],
            Metric::AppointmentsMoved => [
                "Appointments moved",
                "Rendez-vous déplacés",
                "Verschobene Termine",
                "Citas cambiadas",
                "مواعيد منقولة",
            ],
            Metric::WaitlistOffers => [
                "Waitlist offers",
                "Places proposées",
                "Angebote der Warteliste",
                "Ofertas de la lista de espera",
                "عروض قائمة الانتظار",
            ],
            Metric::WaitlistTaken => [
                "Waitlist offers taken",
                "Places acceptées",
                "Angenommene Angebote",
                "Ofertas aceptadas",
                "عروض مقبولة",
            ],
            Metric::ServedPerHour => [
                "Served per hour",
                "Servis par heure",
                "Bedient pro Stunde",
                "Atendidos por hora",
                "المخدومون في الساعة",
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wish_that_can_be_granted_counts() {
        assert_eq!(Tongue::of(["de-AT", "fr"]), Tongue::German);
        assert_eq!(Tongue::of(["", "it", "AR-eg", "fr"]), Tongue::Arabic);
        assert_eq!(Tongue::of(["", "it"]), Tongue::English);
        assert_eq!(Tongue::of([]), Tongue::English);
    }

    #[test]
    fn no_two_columns_of_a_language_are_called_the_same() {
        for tongue in Tongue::ALL {
            let metrics = Metric::ALL.iter().map(|metric| tongue.metric(*metric));
            let mut all: Vec<&str> =
                metrics.chain(Dimension::ALL.iter().map(|one| tongue.dimension(*one))).collect();
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!((all.len(), all.contains(&"")), (count, false), "{tongue}");
            let days: std::collections::BTreeSet<&str> = (0..7).map(|n| tongue.day(n)).collect();
            assert_eq!(days.len(), 7);
        }
    }
}
