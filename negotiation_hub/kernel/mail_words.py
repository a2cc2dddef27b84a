"""How mail programs of many languages say "wrote", "From", "Sent from my phone": tables, no rules.

The rules are in mail_reply.py. A word that is missing here costs a quote that stays in a message; a word that
is too common would cost somebody's own text, so only what programs write is listed.
"""

from typing import Final

# "On … Ada wrote:", by language; the verb as programs put it, at the end or in the middle of the line.
WROTE: Final = (
    "wrote|writes|a écrit|escribió|escribio|ha escrito|schrieb|hat geschrieben|geschrieben"
    "|ha scritto|scrive|scriveva"
    "|escreveu|schreef|geschreven|skrev|skrifaði|kirjoitti|napisał\\(a\\)|napisał|napisała|pisze"
    "|napsal\\(a\\)|napsal|napsala"
    "|napísal\\(a\\)|napísal|napísala|písal|je napisal|je napisao|je napisala|napisao je|írta"
    "|ezt írta|a scris"
    "|написал\\(а\\)|написала?|пишет|пише|написав|написа|έγραψε|yazdı|şunu yazdı|đã viết|menulis"
    "|menulis pada"
    "|kirjutas|rakstīja|parašė|va escriure|ha escrit|idatzi du|scrisse|כתב|כתבה|כתב/ה|كتب|نوشت"
    "|เขียน|เขียนว่า"
    "|写道|写了|寫道|寫了|のメール|は書きました|さんは書きました|のメッセージ|작성|님이 작성|썼습니다"
)
# What such a line begins with where it does not begin with the date or the name.
ON: Final = (
    "on|am|le|el|il|em|op|den|på|pa|dnia|dne|dňa|w dniu|в|on the|el día|a|à|in|vào|pada|dana|dne"
    "|la|în data de|στις"
    "|в пн|в вт|ב|في|在|於|kl|kell|tarihinde|em|no dia|al|o|at|fecha"
)
# Names that only a person writes: "he wrote:" is nobody's mail program.
PRONOUNS: Final = (
    "i|you|he|she|we|they|ich|du|er|sie|wir|ihr|je|tu|il|elle|nous|vous|ils|elles|on|yo|tú|él"
    "|ella|usted|nosotros|ellos"
    "|io|lui|lei|noi|voi|loro|eu|ele|ela|nós|eles|ik|jij|hij|zij|wij"
)

# Fields that a program repeats above the mail that it quotes, by what they mean.
HEADERS: Final = {
    "from": (
        "from|von|de|da|van|från|fra|frå|od|от|від|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람"
        "|kimden|gönderen"
        "|lähettäjä|feladó|de la|από|odesílatel|odosielateľ|expéditeur|desde|mittente|afzender"
        "|kellelt|no|nuo|מאת|من"
    ),
    "date": (
        "date|sent|sent at|datum|gesendet|gesendet am|envoyé|envoyé le|fecha|enviado|enviado el"
        "|data|enviada em|enviado em"
        "|inviato|data invio|verzonden|verzonden op|skickat|sendt|dato|wysłano|wysłane|дата"
        "|отправлено|надіслано|odesláno"
        "|odoslané|dátum|发送时间|发送日期|日期|寄件日期|送信日時|日付|日時"
        "|보낸 날짜|날짜|gönderildi|gönderme tarihi|tarih"
        "|lähetetty"
        "|päivämäärä|päiväys|küldve|elküldve|trimis|dată|ημερομηνία|στάλθηκε|saadetud|נשלח|תאריך"
        "|تاريخ|التاريخ"
    ),
    "to": (
        "to|an|à|a|para|aan|till|til|do|кому|收件人|宛先|받는 사람|받는사람|kime|alıcı|vastaanottaja|címzett"
        "|către|catre|προς|komu"
        "|pro|destinataire|per|saaja|אל|إلى"
    ),
    "cc": (
        "cc|kopie|kopie \\(cc\\)|copie|copie à|copia|kopia|kopi|копия|копія|抄送|副本|참조|bilgi"
        "|másolatot kap|bcc|с копией|עותק"
    ),
    "subject": (
        "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|тема|předmět"
        "|predmet|主题|主旨|件名|제목|konu"
        "|aihe|tárgy|subiect|θέμα|assumpte|teema|נושא|الموضوع"
    ),
    "other": (
        "reply-to|reply to|antwort an|répondre à|responder a|rispondi a|importance|priority|priorität"
        "|attachments|organization"
    ),
}

# "-----Original Message-----", "---------- Forwarded message ---------", between dashes or alone on a line.
ORIGINAL: Final = (
    "original message|original-nachricht|ursprüngliche nachricht|originalnachricht"
    "|message d'origine|message d’origine"
    "|message original|message transféré|mensaje original|mensaje reenviado|messaggio originale"
    "|messaggio inoltrato"
    "|mensagem original|mensagem encaminhada|mensagem reencaminhada|oorspronkelijk bericht"
    "|doorgestuurd bericht"
    "|originalmeddelande|ursprungligt meddelande|vidarebefordrat meddelande|oprindelig meddelelse"
    "|opprinnelig melding"
    "|videresendt meddelelse|videresendt melding|alkuperäinen viesti|edelleenlähetetty viesti"
    "|oryginalna wiadomość"
    "|wiadomość oryginalna|wiadomość przekazana|přeposlaná zpráva|původní zpráva|pôvodná správa"
    "|eredeti üzenet"
    "|továbbított üzenet|исходное сообщение|пересылаемое сообщение|пересланное сообщение"
    "|оригінальне повідомлення"
    "|переслане повідомлення|mesaj original|mesajul original|orijinal mesaj|özgün ileti|iletilen mesaj"
    "|forwarded message|forwarded email|weitergeleitete nachricht|begin forwarded message"
    "|anfang der weitergeleiteten nachricht"
    "|début du message transféré|début du message réexpédié|inicio del mensaje reenviado"
    "|inizio messaggio inoltrato"
    "|início da mensagem encaminhada|begin doorgestuurd bericht|vidarebefordrat brev"
    "|邮件原件|原始邮件|原始郵件|转发邮件"
    "|轉寄的郵件|転送されたメッセージ|元のメッセージ|원본 메시지|전달된 메시지|αρχικό μήνυμα"
)

# A program's or a telephone's own line under a text. Devices and programs by name, so that "Sent from our
# warehouse" remains what it is: news.
DEVICES: Final = (
    "iphon\\w{0,6}|ipad\\w{0,6}|ipod|ios|android|android-mobiltelefon|samsung|galaxy|blackberry|htc|huawei|honor"
    "|nokia|lumia|pixel|xiaomi|redmi"
    "|oneplus|oppo|vivo|motorola|sony|xperia|alcatel|windows|outlook|yahoo|gmail|gmx|web\\.de|aol"
    "|mail|mailbox|airmail"
    "|superhuman|protonmail|proton|thunderbird|k-9|k9|bluemail|fairemail|zoho|mobile|mobil|móvil"
    "|celular|dispositivo móvil"
    "|appareil mobile|mobiele|mobiel|mobilgerät|mobiltelefon|handy|phone|telefon|telefono"
    "|teléfono|téléphone|smartphone|tablet"
    "|cell|cellphone|handheld|device|wireless|macbook|mobilen|mobilní|telefonu|puhelimesta"
    "|телефона|устройства|айфона|手机|携帯"
)
SENT_FROM: Final = (
    "sent from|sent via|sent with|sent by|sent using|sent on|sent through|typed on|composed on"
    "|envoyé depuis|envoyé de|envoyé à partir de|envoyé avec|envoyé via|enviado desde|enviado con"
    "|enviado de|enviado do"
    "|enviado a partir do|enviado via|enviado pelo|enviada do|inviato da|inviato dal|inviato con"
    "|inviata da"
    "|gesendet von|gesendet mit|gesendet über|diese nachricht wurde von|verzonden met"
    "|verzonden vanaf|verzonden via"
    "|verstuurd vanaf|verstuurd met|verstuurd via|skickat från|skickades från|skickat med"
    "|sendt fra|sendt med|lähetetty"
    "|wysłane z|wysłano z|odesláno z|odesláno pomocí|odoslané z|küldve|trimis de pe|trimis din"
    "|отправлено с|отправлено из"
    "|отправлено от|послано с|надіслано з|відправлено з|στάλθηκε από|gönderildi|dikirim dari"
    "|được gửi từ|gửi từ|נשלח מה"
    "|أرسل من|enviat des de|bidalita|saadetud|sūtīts no|išsiųsta iš|poslano z|poslano iz|poslano s"
)
# These begin a sentence as well: only a device and nothing else, or "sent" at the end, is a program's.
FROM_MY: Final = "from my|von meinem|von meiner|van mijn|depuis mon|desde mi|dal mio|do meu|från min|fra min"
# Languages that put the verb last, or glue the words together.
SENT_LAST: Final = (
    "gesendet|gönderildi|verzonden|から送信|より送信|에서 보냄|傳送|传送|发送|發送|发自|發自|küldve|lähetetty"
)
# "Get Outlook for iOS"
GET: Final = (
    "get|download|télécharger|téléchargez|obtenez|obtener|obtenga|obter|obtenha|scarica|ottieni"
    "|holen sie sich|laden sie|hämta"
    "|hent|pobierz|hanki|stáhnout|скачать|загрузите|获取|取得"
)
FOR: Final = "for|für|pour|para|per|voor|för|til|dla|для|pro|pre|pentru|için"
