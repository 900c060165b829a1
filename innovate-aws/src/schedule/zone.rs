//! The time zones, by how far they are ahead of UTC.

/// Time zones that are ahead of UTC by so many minutes at the least and at the most of a year, with summer time.
///
/// Source: `zone1970.tab` and the rules of 2026, Time Zone Database, IANA.
#[rustfmt::skip]
pub(super) const ZONES: &[(i16, i16, &[&str])] = &[
    (-660, -660, &[
        "Pacific/Niue", "Pacific/Pago_Pago",
    ]),
    (-600, -600, &[
        "Pacific/Honolulu", "Pacific/Rarotonga", "Pacific/Tahiti",
    ]),
    (-600, -540, &[
        "America/Adak",
    ]),
    (-570, -570, &[
        "Pacific/Marquesas",
    ]),
    (-540, -540, &[
        "Pacific/Gambier",
    ]),
    (-540, -480, &[
        "America/Anchorage", "America/Juneau", "America/Metlakatla", "America/Nome",
        "America/Sitka", "America/Yakutat",
    ]),
    (-480, -480, &[
        "Pacific/Pitcairn",
    ]),
    (-480, -420, &[
        "America/Los_Angeles", "America/Tijuana", "America/Vancouver",
    ]),
    (-420, -420, &[
        "America/Dawson", "America/Dawson_Creek", "America/Fort_Nelson", "America/Hermosillo",
        "America/Mazatlan", "America/Phoenix", "America/Whitehorse",
    ]),
    (-420, -360, &[
        "America/Boise", "America/Cambridge_Bay", "America/Ciudad_Juarez", "America/Denver",
        "America/Edmonton", "America/Inuvik",
    ]),
    (-360, -360, &[
        "America/Bahia_Banderas", "America/Belize", "America/Chihuahua", "America/Costa_Rica",
        "America/El_Salvador", "America/Guatemala", "America/Managua", "America/Merida",
        "America/Mexico_City", "America/Monterrey", "America/Regina", "America/Swift_Current",
        "America/Tegucigalpa", "Pacific/Galapagos",
    ]),
    (-360, -300, &[
        "America/Chicago", "America/Indiana/Knox", "America/Indiana/Tell_City", "America/Matamoros",
        "America/Menominee", "America/North_Dakota/Beulah", "America/North_Dakota/Center",
        "America/North_Dakota/New_Salem", "America/Ojinaga", "America/Rankin_Inlet",
        "America/Resolute", "America/Winnipeg", "Pacific/Easter",
    ]),
    (-300, -300, &[
        "America/Bogota", "America/Cancun", "America/Eirunepe", "America/Guayaquil",
        "America/Jamaica", "America/Lima", "America/Panama", "America/Rio_Branco",
    ]),
    (-300, -240, &[
        "America/Detroit", "America/Grand_Turk", "America/Havana", "America/Indiana/Indianapolis",
        "America/Indiana/Marengo", "America/Indiana/Petersburg", "America/Indiana/Vevay",
        "America/Indiana/Vincennes", "America/Indiana/Winamac", "America/Iqaluit",
        "America/Kentucky/Louisville", "America/Kentucky/Monticello", "America/New_York",
        "America/Port-au-Prince", "America/Toronto",
    ]),
    (-240, -240, &[
        "America/Barbados", "America/Boa_Vista", "America/Campo_Grande", "America/Caracas",
        "America/Cuiaba", "America/Guyana", "America/La_Paz", "America/Manaus",
        "America/Martinique", "America/Porto_Velho", "America/Puerto_Rico", "America/Santo_Domingo",
    ]),
    (-240, -180, &[
        "America/Glace_Bay", "America/Goose_Bay", "America/Halifax", "America/Moncton",
        "America/Santiago", "America/Thule", "Atlantic/Bermuda",
    ]),
    (-210, -150, &[
        "America/St_Johns",
    ]),
    (-180, -180, &[
        "America/Araguaina", "America/Argentina/Buenos_Aires", "America/Argentina/Catamarca",
        "America/Argentina/Cordoba", "America/Argentina/Jujuy", "America/Argentina/La_Rioja",
        "America/Argentina/Mendoza", "America/Argentina/Rio_Gallegos", "America/Argentina/Salta",
        "America/Argentina/San_Juan", "America/Argentina/San_Luis", "America/Argentina/Tucuman",
        "America/Argentina/Ushuaia", "America/Asuncion", "America/Bahia", "America/Belem",
        "America/Cayenne", "America/Coyhaique", "America/Fortaleza", "America/Maceio",
        "America/Montevideo", "America/Paramaribo", "America/Punta_Arenas", "America/Recife",
        "America/Santarem", "America/Sao_Paulo", "Antarctica/Palmer", "Antarctica/Rothera",
        "Atlantic/Stanley",
    ]),
    (-180, -120, &[
        "America/Miquelon",
    ]),
    (-120, -120, &[
        "America/Noronha", "Atlantic/South_Georgia",
    ]),
    (-120, -60, &[
        "America/Nuuk", "America/Scoresbysund",
    ]),
    (-60, -60, &[
        "Atlantic/Cape_Verde",
    ]),
    (-60, 0, &[
        "Atlantic/Azores",
    ]),
    (0, 0, &[
        "Africa/Abidjan", "Africa/Bissau", "Africa/Monrovia", "Africa/Sao_Tome",
        "America/Danmarkshavn", "UTC",
    ]),
    (0, 60, &[
        "Africa/Casablanca", "Africa/El_Aaiun", "Atlantic/Canary", "Atlantic/Faroe",
        "Atlantic/Madeira", "Europe/Dublin", "Europe/Lisbon", "Europe/London",
    ]),
    (0, 120, &[
        "Antarctica/Troll",
    ]),
    (60, 60, &[
        "Africa/Algiers", "Africa/Lagos", "Africa/Ndjamena", "Africa/Tunis",
    ]),
    (60, 120, &[
        "Africa/Ceuta", "Europe/Andorra", "Europe/Belgrade", "Europe/Berlin", "Europe/Brussels",
        "Europe/Budapest", "Europe/Gibraltar", "Europe/Madrid", "Europe/Malta", "Europe/Paris",
        "Europe/Prague", "Europe/Rome", "Europe/Tirane", "Europe/Vienna", "Europe/Warsaw",
        "Europe/Zurich",
    ]),
    (120, 120, &[
        "Africa/Johannesburg", "Africa/Juba", "Africa/Khartoum", "Africa/Maputo", "Africa/Tripoli",
        "Africa/Windhoek", "Europe/Kaliningrad",
    ]),
    (120, 180, &[
        "Africa/Cairo", "Asia/Beirut", "Asia/Famagusta", "Asia/Gaza", "Asia/Hebron",
        "Asia/Jerusalem", "Asia/Nicosia", "Europe/Athens", "Europe/Bucharest", "Europe/Chisinau",
        "Europe/Helsinki", "Europe/Kyiv", "Europe/Riga", "Europe/Sofia", "Europe/Tallinn",
        "Europe/Vilnius",
    ]),
    (180, 180, &[
        "Africa/Nairobi", "Asia/Amman", "Asia/Baghdad", "Asia/Damascus", "Asia/Qatar",
        "Asia/Riyadh", "Europe/Istanbul", "Europe/Kirov", "Europe/Minsk", "Europe/Moscow",
        "Europe/Simferopol", "Europe/Volgograd",
    ]),
    (210, 210, &[
        "Asia/Tehran",
    ]),
    (240, 240, &[
        "Asia/Baku", "Asia/Dubai", "Asia/Tbilisi", "Asia/Yerevan", "Europe/Astrakhan",
        "Europe/Samara", "Europe/Saratov", "Europe/Ulyanovsk", "Indian/Mauritius",
    ]),
    (270, 270, &[
        "Asia/Kabul",
    ]),
    (300, 300, &[
        "Antarctica/Mawson", "Antarctica/Vostok", "Asia/Almaty", "Asia/Aqtau", "Asia/Aqtobe",
        "Asia/Ashgabat", "Asia/Atyrau", "Asia/Dushanbe", "Asia/Karachi", "Asia/Oral",
        "Asia/Qostanay", "Asia/Qyzylorda", "Asia/Samarkand", "Asia/Tashkent", "Asia/Yekaterinburg",
        "Indian/Maldives",
    ]),
    (330, 330, &[
        "Asia/Colombo", "Asia/Kolkata",
    ]),
    (345, 345, &[
        "Asia/Kathmandu",
    ]),
    (360, 360, &[
        "Asia/Bishkek", "Asia/Dhaka", "Asia/Omsk", "Asia/Thimphu", "Asia/Urumqi", "Indian/Chagos",
    ]),
    (390, 390, &[
        "Asia/Yangon",
    ]),
    (420, 420, &[
        "Antarctica/Davis", "Asia/Bangkok", "Asia/Barnaul", "Asia/Ho_Chi_Minh", "Asia/Hovd",
        "Asia/Jakarta", "Asia/Krasnoyarsk", "Asia/Novokuznetsk", "Asia/Novosibirsk",
        "Asia/Pontianak", "Asia/Tomsk",
    ]),
    (480, 480, &[
        "Antarctica/Casey", "Asia/Hong_Kong", "Asia/Irkutsk", "Asia/Kuching", "Asia/Macau",
        "Asia/Makassar", "Asia/Manila", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei",
        "Asia/Ulaanbaatar", "Australia/Perth",
    ]),
    (525, 525, &[
        "Australia/Eucla",
    ]),
    (540, 540, &[
        "Asia/Chita", "Asia/Dili", "Asia/Jayapura", "Asia/Khandyga", "Asia/Pyongyang", "Asia/Seoul",
        "Asia/Tokyo", "Asia/Yakutsk", "Pacific/Palau",
    ]),
    (570, 570, &[
        "Australia/Darwin",
    ]),
    (570, 630, &[
        "Australia/Adelaide", "Australia/Broken_Hill",
    ]),
    (600, 600, &[
        "Asia/Ust-Nera", "Asia/Vladivostok", "Australia/Brisbane", "Australia/Lindeman",
        "Pacific/Guam", "Pacific/Port_Moresby",
    ]),
    (600, 660, &[
        "Antarctica/Macquarie", "Australia/Hobart", "Australia/Melbourne", "Australia/Sydney",
    ]),
    (630, 660, &[
        "Australia/Lord_Howe",
    ]),
    (660, 660, &[
        "Asia/Magadan", "Asia/Sakhalin", "Asia/Srednekolymsk", "Pacific/Bougainville",
        "Pacific/Efate", "Pacific/Guadalcanal", "Pacific/Kosrae", "Pacific/Noumea",
    ]),
    (660, 720, &[
        "Pacific/Norfolk",
    ]),
    (720, 720, &[
        "Asia/Anadyr", "Asia/Kamchatka", "Pacific/Fiji", "Pacific/Kwajalein", "Pacific/Nauru",
        "Pacific/Tarawa",
    ]),
    (720, 780, &[
        "Pacific/Auckland",
    ]),
    (765, 825, &[
        "Pacific/Chatham",
    ]),
    (780, 780, &[
        "Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kanton", "Pacific/Tongatapu",
    ]),
    (840, 840, &[
        "Pacific/Kiritimati",
    ]),
];
