"""Pictures of the demo's listings."""

import math

from catalog.demo.canvas import HEIGHT, WIDTH, Canvas

INK, STEEL, PALE = "#1f3a4a", "#9fb4c0", "#dfe8ec"


def pump() -> bytes:
    """A centrifugal pump with its motor."""
    c = Canvas("#eaf4f4", "#c7dfe0")
    c.oval(610, 742, 470, 42, "#aecdcf")
    c.box(190, 680, 840, 46, INK, radius=10)  # base plate
    c.box(560, 330, 400, 300, "#0f766e", radius=46)  # motor
    for x in range(620, 930, 38):
        c.box(x, 352, 14, 256, "#0b5c56", radius=7)
    c.box(950, 370, 62, 220, "#0b5c56", radius=26)
    c.box(660, 270, 170, 66, "#14938a", radius=14)  # terminal box
    for x in (600, 860):
        c.box(x, 620, 70, 66, "#0b5c56", radius=8)
    c.box(480, 440, 90, 80, STEEL, radius=10)  # coupling
    c.box(300, 190, 112, 210, STEEL)  # outlet
    c.box(268, 160, 176, 48, "#7d95a3", radius=8)
    c.disc(356, 490, 186, "#7d95a3")  # volute
    c.disc(356, 490, 160, STEEL)
    c.disc(356, 490, 96, PALE)
    c.disc(356, 490, 62, "#7d95a3")
    for turn in range(0, 360, 45):
        c.disc(356 + 128 * math.cos(math.radians(turn)), 490 + 128 * math.sin(math.radians(turn)), 10, INK)
    c.shape([(262, 690), (310, 620), (402, 620), (450, 690)], "#7d95a3")
    return c.png()


def solar_kit() -> bytes:
    """A solar module over a borehole."""
    c = Canvas("#fdf3e0", "#f8ddb0")
    c.disc(980, 200, 92, "#f6b73c")
    c.ring(980, 200, 122, 5, "#f6b73c")
    c.box(0, 560, WIDTH, HEIGHT - 560, "#c99a63")
    c.box(0, 650, WIDTH, HEIGHT - 650, "#b07f49")
    c.box(0, 770, WIDTH, HEIGHT - 770, "#5aa2c4")
    c.box(388, 330, 26, 236, INK)
    c.shape([(150, 420), (560, 420), (660, 190), (250, 190)], "#1d3f72")
    for part in range(1, 5):
        c.line([(150 + 82 * part, 420), (250 + 82 * part, 190)], 4, "#7fa3dc")
    for part in (1, 2):
        shift = 100 * part / 3
        c.line([(150 + shift, 420 - 77 * part), (560 + shift, 420 - 77 * part)], 4, "#7fa3dc")
    c.box(800, 500, 76, 340, "#e9eef1")  # borehole
    c.box(826, 470, 24, 330, STEEL)
    c.box(814, 706, 48, 118, "#0f766e", radius=16)
    c.line([(838, 476), (838, 440), (960, 440), (960, 500)], 24, STEEL)
    c.line([(412, 500), (800, 530)], 6, INK)
    for index, x in enumerate((948, 960, 972)):
        c.disc(x, 530 + 14 * index, 7, "#5aa2c4")
    return c.png()


def gauge() -> bytes:
    """A pressure gauge on a pipe, as an engineer sees it at start-up."""
    c = Canvas("#eef1f8", "#cfd9ec")
    c.box(0, 700, WIDTH, 110, "#8fa3bd")
    c.box(0, 716, WIDTH, 26, "#b4c3d6")
    c.box(555, 610, 90, 100, "#6d829e")
    c.box(520, 596, 160, 34, "#5b6f8a", radius=8)
    c.disc(600, 350, 270, "#2b3f5c")
    c.disc(600, 350, 240, "#ffffff")
    c.arc(600, 350, 206, 135, 270, 20, "#15803d")
    c.arc(600, 350, 206, 270, 345, 20, "#d8a11a")
    c.arc(600, 350, 206, 345, 405, 20, "#b91c1c")
    for step in range(11):
        a = math.radians(135 + 27 * step)
        c.line([(600 + r * math.cos(a), 350 + r * math.sin(a)) for r in (150, 178)], 7, "#2b3f5c")
    a = math.radians(242)
    c.line(
        [
            (600 - 40 * math.cos(a), 350 - 40 * math.sin(a)),
            (600 + 165 * math.cos(a), 350 + 165 * math.sin(a)),
        ],
        13,
        "#b45309",
    )
    c.disc(600, 350, 26, "#2b3f5c")
    c.box(528, 460, 144, 44, PALE, radius=8)
    return c.png()


def curves() -> bytes:
    """A sheet of pump curves."""
    c = Canvas("#f0eef9", "#d8d2ee")
    c.box(196, 106, 830, 710, "#b9b0dc", radius=18)
    c.box(170, 80, 830, 710, "#ffffff", radius=18)
    for step in range(8):
        c.line([(260, 180 + 70 * step), (940, 180 + 70 * step)], 2, "#e5e2f2")
        c.line([(260 + 97 * step, 170), (260 + 97 * step, 680)], 2, "#e5e2f2")
    c.line([(260, 160), (260, 680), (945, 680)], 6, "#2d2550")
    for top, colour in ((220, "#6d28d9"), (300, "#8b5cf6"), (380, "#b79df2")):
        c.line([(260 + t * 6.4, top + 0.026 * t * t) for t in range(101)], 9, colour)
    c.line([(260 + t * 6.4, 660 - 0.11 * t * (100 - t) * 1.28) for t in range(101)], 7, "#0f766e")
    c.disc(634, 309, 17, "#b45309")
    c.disc(634, 309, 8, "#ffffff")
    c.box(260, 720, 240, 18, "#d8d2ee", radius=9)
    c.box(530, 720, 150, 18, "#e5e2f2", radius=9)
    return c.png()


def service_year() -> bytes:
    """A year's calendar with its visits, and a cog wheel."""
    c = Canvas("#eaf5ee", "#c6e3d1")
    c.box(216, 186, 640, 620, "#a5cdb4", radius=26)
    c.box(190, 160, 640, 620, "#ffffff", radius=26)
    c.box(190, 160, 640, 130, "#15803d", radius=26)
    c.box(190, 230, 640, 60, "#15803d")
    for x in (330, 690):
        c.box(x - 14, 112, 28, 96, INK, radius=14)
    for month in range(12):
        x, y = 238 + 142 * (month % 4), 330 + 146 * (month // 4)
        visit = month % 3 == 1
        c.box(x, y, 116, 116, "#dff1e5" if visit else "#f1f5f3", radius=16)
        if visit:
            c.line([(x + 32, y + 60), (x + 51, y + 80), (x + 86, y + 38)], 13, "#15803d")
    c.gear(936, 668, 124, 10, "#2f5d46", "#c9e4d3")
    return c.png()


def groundwater() -> bytes:
    """Layers of ground and a measured water level."""
    c = Canvas("#e8f2fa", "#d2e5f4")
    layers = ((470, 46, "#d9c3a0"), (560, 36, "#b9cfdc"), (640, 40, "#86b5d4"), (730, 30, "#4d8fbd"))
    for level, swing, colour in layers:
        edge = [(x, level + swing * math.sin(x / 170 + level)) for x in range(0, WIDTH + 20, 20)]
        c.shape([*edge, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
    for x in (250, 600, 950):
        c.box(x - 12, 300, 24, 470, "#f3f6f8")
        c.box(x - 30, 280, 60, 30, INK, radius=8)
    points = [(80 + 80 * i, 250 - 46 * math.sin(i / 1.7) - 7 * i) for i in range(14)]
    c.line(points, 8, "#1d4ed8")
    for x, y in points:
        c.disc(x, y, 14, "#1d4ed8")
        c.disc(x, y, 7, "#ffffff")
    return c.png()


def dosing_pumps() -> bytes:
    """A row of dosing pumps on a shelf."""
    c = Canvas("#fbefe9", "#f1d3c4")
    c.box(90, 700, 1020, 40, "#8a4b32", radius=10)
    c.box(90, 740, 1020, 14, "#6f3a25")
    for number, x in enumerate((150, 395, 640, 885)):
        c.box(x, 400, 170, 300, "#c2552d" if number % 2 else "#d96f44", radius=28)
        c.box(x + 24, 436, 122, 92, "#fff7f2", radius=12)
        c.line([(x + 85, 500), (x + 85 + (16, -14, 26, 4)[number], 456)], 8, INK)
        c.disc(x + 85, 500, 10, INK)
        c.disc(x + 85, 612, 46, "#8a3a1c")
        c.disc(x + 85, 612, 26, "#f3b79d")
        c.box(x + 52, 336, 66, 70, STEEL, radius=8)
        c.line([(x + 85, 340), (x + 85, 268), (x + 150, 268)], 18, "#7d95a3")
    return c.png()


def cargo_bike() -> bytes:
    """A cargo bike."""
    c = Canvas("#e9f3ee", "#cfe3da")
    c.oval(600, 760, 480, 26, "#b2cec1")
    for x, radius in ((280, 128), (960, 158)):
        y = 750 - radius
        c.ring(x, y, radius, 20, INK)
        c.ring(x, y, radius - 26, 4, "#8aa3ad")
        for turn in range(0, 180, 30):
            dx, dy = (
                (radius - 24) * math.cos(math.radians(turn)),
                (radius - 24) * math.sin(math.radians(turn)),
            )
            c.line([(x - dx, y - dy), (x + dx, y + dy)], 3, "#8aa3ad")
        c.disc(x, y, 17, INK)
    c.shape([(360, 400), (660, 400), (630, 610), (400, 610)], "#d6a15c")
    for y in (452, 504, 556):
        slant = (y - 400) / 210
        c.line([(364 + 40 * slant, y), (656 - 30 * slant, y)], 4, "#b57f3a")
    c.line([(280, 622), (420, 640), (770, 650), (960, 592)], 20, "#0f766e")
    c.line([(770, 650), (850, 360)], 20, "#0f766e")
    c.line([(836, 420), (960, 592)], 16, "#0f766e")
    c.line([(700, 648), (736, 350)], 18, "#0f766e")
    c.line([(690, 352), (736, 330), (742, 300)], 16, INK)
    c.box(802, 332, 112, 28, INK, radius=14)
    c.ring(770, 650, 44, 10, INK)
    return c.png()
