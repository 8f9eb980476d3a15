"""Does the search serve people who write in Spanish, at least as well as plain BM25 would?

Eight causes, each told by three people in words of their own; the incidents in between share
services and the words that every report has.
"""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from analytics.matcher.matching import Index, explain
from analytics.matcher.prepared import Document, prepare
from tests.support.causes import CONCEPTS, START

#: By cause, three tellings of it: what happened, and why.
TOLD = {
    "certificate": (
        ("Caída del inicio de sesión", "El certificado TLS del balanceador había caducado."),
        ("Errores en la pasarela de pagos", "Venció un certificado que nadie renovaba."),
        ("Aplicación móvil sin conexión", "Los certificados del dominio expiraron el domingo."),
    ),
    "disk": (
        ("Base de datos en solo lectura", "El disco de los registros estaba lleno."),
        ("Pedidos rechazados", "Se llenó el disco porque la rotación se había detenido."),
        ("El buscador no indexa", "Disco lleno en el nodo primario tras crecer los ficheros."),
    ),
    "query": (
        ("Panel de informes lento", "Una consulta lenta sobre facturas sin índice."),
        ("Tiempos de espera en la tienda", "Consultas lentas desde que falta un índice."),
        ("El catálogo tarda", "Una consulta muy lenta bloqueaba la tabla de precios."),
    ),
    "dns": (
        ("Correo sin entregar", "Fallo de DNS en la zona interna."),
        ("Servicios que no se encuentran", "La resolución de nombres fallaba en un centro."),
        ("Intermitencias en la API", "El servidor de nombres respondía con registros antiguos."),
    ),
    "retry": (
        ("Sobrecarga de la API", "Una avalancha de reintentos del cliente móvil."),
        ("Cola saturada", "Los reintentos sin espera multiplicaron la carga."),
        ("Pasarela desbordada", "Tormenta de reintentos tras una breve interrupción."),
    ),
    "memory": (
        ("Reinicios del servicio de imágenes", "Una fuga de memoria en el codificador."),
        ("Procesos terminados por el sistema", "Fugas de memoria al abrir conexiones."),
        ("Trabajador que muere cada noche", "El proceso se quedó sin memoria por una fuga."),
    ),
    "config": (
        ("Tráfico hacia la región equivocada", "Un cambio de configuración incorrecto."),
        ("Límites demasiado bajos", "La configuración errónea se desplegó en producción."),
        ("Correos duplicados", "Un valor de configuración equivocado en el planificador."),
    ),
    "connections": (
        ("Errores 500 en pedidos", "Se agotaron las conexiones a la base de datos."),
        ("Informes que no cargan", "El grupo de conexiones agotado por un proceso nocturno."),
        ("Sesiones cerradas", "Conexiones agotadas tras duplicar los trabajadores."),
    ),
}
NOISE = (
    "Los usuarios vieron errores durante unos minutos.",
    "El equipo de guardia fue avisado y se unió a la llamada.",
    "El servicio se recuperó después del cambio.",
)
Ranking = Callable[[Document, Sequence[Document]], list[str]]


def incidents() -> list[Document]:
    """All of the first tellings, then the second and third, so near that time tells nothing."""
    found = []
    for telling in range(3):
        for cause, told in TOLD.items():
            title, why = told[telling]
            found.append(
                Document(
                    id=f"{cause}-{telling}",
                    created=START + dt.timedelta(hours=5 * len(found)),
                    title=title,
                    cause=f"{NOISE[len(found) % 3]} {why} {NOISE[(len(found) + 1) % 3]}",
                    services=(("web", "api", "pagos")[len(found) % 3],),
                )
            )
    return found


def ours(new: Document, earlier: Sequence[Document]) -> list[str]:
    index = Index()
    for one in earlier:
        index.add(prepare(one, CONCEPTS))
    return [match.id for match in index.search(prepare(new, CONCEPTS), limit=len(earlier))]


def plain_bm25(new: Document, earlier: Sequence[Document]) -> list[str]:
    """Okapi BM25 over lower-case words, with the usual k1 = 1.2 and b = .75."""
    texts = [Counter(words(one)) for one in earlier]
    mean = sum(text.total() for text in texts) / len(texts)
    having = Counter(word for text in texts for word in text)

    def score(text: Counter[str]) -> float:
        total = 0.0
        for word in set(words(new)) & set(text):
            rarity = math.log(1 + (len(texts) - having[word] + 0.5) / (having[word] + 0.5))
            discount = 1.2 * (0.25 + 0.75 * text.total() / mean)
            total += rarity * text[word] * 2.2 / (text[word] + discount)
        return total

    ranked = sorted(zip(map(score, texts), earlier, strict=True), key=lambda pair: -pair[0])
    return [one.id for score_, one in ranked if score_ > 0]


def words(one: Document) -> list[str]:
    return re.findall(r"\w+", f"{one.title} {one.body}".lower())


def quality(ranking: Ranking) -> tuple[float, float]:
    """Recall at 1 and mean reciprocal rank, over the second and third tellings."""
    all_ = incidents()
    ranks = []
    for place, new in enumerate(all_[len(TOLD) :], start=len(TOLD)):
        found = ranking(new, all_[:place])
        right = [n for n, name in enumerate(found, 1) if cause_of(name) == cause_of(new.id)]
        ranks.append(1 / right[0] if right else 0.0)
    return sum(rank == 1 for rank in ranks) / len(ranks), sum(ranks) / len(ranks)


def cause_of(identity: str) -> str:
    return identity.partition("-")[0]


def test_spanish_records_are_found_at_least_as_well_as_by_plain_bm25() -> None:
    recall, reciprocal = quality(ours)
    plain_recall, plain_reciprocal = quality(plain_bm25)
    assert recall >= plain_recall
    assert reciprocal >= plain_reciprocal
    assert recall >= 0.7


def test_two_spanish_records_that_share_no_word_meet_in_a_concept() -> None:
    told = [
        Document(id="a", created=START, title="Caída", cause="Caducó el certificado."),
        Document(id="b", created=START, title="Lentitud", cause="Colas largas en pedidos."),
    ]
    new = Document(
        id="c",
        created=START + dt.timedelta(days=9),
        title="Errores",
        cause="Certificados vencidos.",
    )
    plain = Document(id="d", created=new.created, title="Errores", cause="Vencieron licencias.")
    assert not set(words(new)) & set(words(told[0]))
    assert ours(new, told)[0] == "a"
    assert ours(plain, told) == []
    index = Index()
    for one in told:
        index.add(prepare(one, CONCEPTS))
    reasons = explain(new, told[0], index=index, concepts=CONCEPTS)
    assert [one.text for one in reasons.concepts] == ["Expired certificate"]


def test_words_that_every_spanish_report_has_find_nothing() -> None:
    earlier = [Document(id="a", created=START, cause="Los que estaban con el mismo problema.")]
    new = Document(id="b", created=START + dt.timedelta(days=9), cause="El problema de los mismos.")
    assert ours(new, earlier) == []
