//! Names for the patients beyond the cast. Fictional; each culture's given names go with its own family names.

use crate::clinic::patient::Sex;

/// Family names, women's and men's given names.
type Names = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);

const NAMES: [Names; 9] = [
    (
        &[
            "Ashworth",
            "Barlow",
            "Clegg",
            "Dawson",
            "Ellison",
            "Fairbrother",
            "Greenhalgh",
            "Hartley",
            "Ingham",
            "Jessop",
            "Kershaw",
            "Lumb",
            "Marsden",
            "Nuttall",
            "Ormerod",
            "Pickles",
            "Ramsden",
            "Sutcliffe",
            "Thackray",
            "Unsworth",
            "Varley",
            "Whitaker",
            "Yates",
            "O'Dowd",
            "McAllister",
            "St John-Smythe",
        ],
        &[
            "Alice",
            "Beryl",
            "Catherine",
            "Doris",
            "Elaine",
            "Frances",
            "Gillian",
            "Hazel",
            "Irene",
            "Joan",
            "Kathleen",
            "Linda",
        ],
        &[
            "Alan", "Brian", "Colin", "Derek", "Edward", "Frank", "Geoffrey", "Harold", "Ian", "James", "Keith",
            "Leonard",
        ],
    ),
    (
        &["Bevan", "Cadwaladr", "Gwynne", "Llewellyn", "Prosser", "Rhydderch", "Vaughan"],
        &["Angharad", "Bethan", "Eluned", "Ffion", "Myfanwy", "Siân"],
        &["Aled", "Dafydd", "Emrys", "Gethin", "Iolo", "Rhodri"],
    ),
    (
        &["Adebayo", "Boateng", "Chukwu", "Diallo", "Eze", "Mensah", "Nwosu", "Owusu"],
        &["Abena", "Chiamaka", "Efua", "Folake", "Ifeoma", "Yaa"],
        &["Babajide", "Chinedu", "Emeka", "Kofi", "Obinna", "Yaw"],
    ),
    (
        &["Ahmed", "Begum", "Choudhury", "Desai", "Iyer", "Kaur", "Mehta", "Patel", "Rahman", "Singh"],
        &["Amina", "Deepa", "Farida", "Harpreet", "Lakshmi", "Meera"],
        &["Arjun", "Faisal", "Gurdeep", "Imran", "Naveen", "Ravi"],
    ),
    (
        &["Bielak", "Dvořák", "Horvat", "Jankowska", "Kiss", "Łukasik", "Novotný", "Šimić", "Wójcik"],
        &["Agnieszka", "Eliška", "Ilona", "Jolanta", "Małgorzata", "Zsófia"],
        &["Andrzej", "Béla", "Jiří", "Krzysztof", "Miloš", "Tomasz"],
    ),
    (
        &["Bergström", "Christensen", "Dahl", "Ekman", "Højgaard", "Lund", "Nygård", "Ødegård"],
        &["Astrid", "Grete", "Inga", "Karin", "Sigrid", "Åse"],
        &["Anders", "Bjørn", "Gunnar", "Leif", "Sven", "Øyvind"],
    ),
    (
        &["Đặng", "Hoàng", "Lê", "Phạm", "Trần", "Vũ"],
        &["Bích Ngọc", "Hồng Hạnh", "Kim Liên", "Thu Hà"],
        &["Anh Dũng", "Minh Quân", "Quang Huy", "Văn Thắng"],
    ),
    (
        &["佐藤", "鈴木", "高橋", "伊藤", "渡辺", "山本"],
        &["花子", "美咲", "恵子", "由美"],
        &["太郎", "大輔", "誠", "浩二"],
    ),
    (
        &["Álvarez", "Bianchi", "Costa", "Duarte", "Esposito", "Ferreira", "Núñez", "Papadopoulos", "Yılmaz"],
        &["Ayşe", "Beatriz", "Chiara", "Eleni", "Inés", "Marta"],
        &["Afonso", "Bruno", "Cem", "Diego", "Nikos", "Paolo"],
    ),
];

/// Draws family name, given name and sex.
pub(super) fn draw(rng: &mut fastrand::Rng) -> (&'static str, &'static str, Sex) {
    let culture = if rng.u32(0..100) < 55 { 0 } else { rng.usize(1..NAMES.len()) };
    let (families, women, men) = NAMES[culture];
    let is_woman = rng.u32(0..100) < 58;
    let givens = if is_woman { women } else { men };
    let sex = if is_woman { Sex::Female } else { Sex::Male };
    (families[rng.usize(0..families.len())], givens[rng.usize(0..givens.len())], sex)
}
