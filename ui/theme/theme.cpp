// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include "ui/theme/consolestyle.h"
#include "ui/theme/focusring.h"
#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"

#include <QApplication>
#include <QFontMetrics>
#include <QToolTip>

#include <algorithm>

namespace bartizan {

namespace {

QColor rgb(QRgb value)
{
    return QColor::fromRgb(value);
}

Theme makeLight()
{
    Theme t;
    t.window = rgb(0xf3f4f6);
    t.surface = rgb(0xffffff);
    t.raised = rgb(0xffffff);
    t.alt = rgb(0xf8f9fb);
    t.hover = rgb(0xeef1f5);
    t.button = rgb(0xffffff);
    t.hairline = rgb(0xdadde3);
    t.control = rgb(0x7b838f);
    t.text = rgb(0x1a1d23);
    t.muted = rgb(0x565e6a);
    t.disabled = rgb(0x8b929d);
    t.accent = rgb(0x2457c5);
    t.onAccent = rgb(0xffffff);
    t.focus = rgb(0x2457c5);
    t.selection = rgb(0xdfe8fa);
    t.selectionInactive = rgb(0xe7e9ed);
    t.severity = {rgb(0x66707c), rgb(0xab7306), rgb(0xad3a14), rgb(0x76064a)};
    t.onCritical = rgb(0xffffff);
    t.tintHigh = rgb(0xfbe9e3);
    t.threat = {rgb(0x0b7268), rgb(0xab7306), rgb(0xad3a14), rgb(0x76064a)};
    t.ok = rgb(0x0b7268);
    t.warn = rgb(0x8c5d00);
    t.error = rgb(0x9b1540);
    t.info = rgb(0x2457c5);
    t.okTint = rgb(0xe3f2ef);
    t.warnTint = rgb(0xfbf0d9);
    t.errorTint = rgb(0xfbe6ec);
    t.infoTint = rgb(0xe6eefc);
    t.series = {rgb(0x4a78d8), rgb(0x0f8a7d), rgb(0x56307f)};
    t.axis = rgb(0x7b838f);
    t.grid = rgb(0xe6e8ec);
    t.track = rgb(0xe2e5ea);
    t.lost = rgb(0x878e99);
    t.land = rgb(0xe9ebef);
    t.border = rgb(0xffffff);
    t.mapRamp = {rgb(0xc9d9f6), rgb(0x9dbbee), rgb(0x6f99e2), rgb(0x4674cf), rgb(0x2950a6), rgb(0x142f73)};
    return t;
}

Theme makeDark()
{
    Theme t;
    t.dark = true;
    t.window = rgb(0x1c1f25);
    t.surface = rgb(0x15171c);
    t.raised = rgb(0x23272f);
    t.alt = rgb(0x191c21);
    t.hover = rgb(0x22262d);
    t.button = rgb(0x23272f);
    t.hairline = rgb(0x30353e);
    t.control = rgb(0x737c89);
    t.text = rgb(0xe4e7ec);
    t.muted = rgb(0x9da6b3);
    t.disabled = rgb(0x6d7581);
    t.accent = rgb(0x7da5ff);
    t.onAccent = rgb(0x10131a);
    t.focus = rgb(0x7da5ff);
    t.selection = rgb(0x22304a);
    t.selectionInactive = rgb(0x2a2e36);
    t.severity = {rgb(0x8a939f), rgb(0xfdd343), rgb(0xe78a47), rgb(0xfc328c)};
    t.onCritical = rgb(0x15171c);
    t.tintHigh = rgb(0x38281d);
    t.threat = {rgb(0x5ad1b0), rgb(0xfdd343), rgb(0xe78a47), rgb(0xfc328c)};
    t.ok = rgb(0x5ad1b0);
    t.warn = rgb(0xecc54a);
    t.error = rgb(0xff7f86);
    t.info = rgb(0x7da5ff);
    t.okTint = rgb(0x17302e);
    t.warnTint = rgb(0x352c14);
    t.errorTint = rgb(0x3b2126);
    t.infoTint = rgb(0x1d2a44);
    t.series = {rgb(0x6c95f0), rgb(0x3fb3a4), rgb(0xd9c2ff)};
    t.axis = rgb(0x737c89);
    t.grid = rgb(0x272b32);
    t.track = rgb(0x2c313a);
    t.lost = rgb(0x69727e);
    t.land = rgb(0x272b33);
    t.border = rgb(0x15171c);
    t.mapRamp = {rgb(0x2b3d63), rgb(0x365490), rgb(0x4a70bd), rgb(0x6c95e4), rgb(0x97b7f7), rgb(0xcfdefd)};
    return t;
}

/// The theme in force; GUI thread only.
Theme &currentTheme()
{
    static Theme theme = makeLight();
    return theme;
}

bool readDesktopIsDark()
{
    // GTK's own switch for one program; Qt does not look at it.
    if (qEnvironmentVariable("GTK_THEME").endsWith(QLatin1String(":dark"), Qt::CaseInsensitive))
        return true;
    const QPalette palette = QGuiApplication::palette();
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

} // namespace

QColor Theme::accentGround(bool hovered, bool pressed) const
{
    const double share = pressed ? 0.2 : hovered ? 0.1 : 0.0;
    const QColor over = dark ? text : onCritical.darker(400);
    const auto part = [share](int from, int to) { return static_cast<int>(from + (to - from) * share); };
    return QColor(part(accent.red(), over.red()), part(accent.green(), over.green()), part(accent.blue(), over.blue()));
}

QPalette Theme::palette() const
{
    QPalette p;
    const auto all = [&p](QPalette::ColorRole role, const QColor &colour) { p.setColor(QPalette::All, role, colour); };
    all(QPalette::Window, window);
    all(QPalette::Base, surface);
    all(QPalette::AlternateBase, alt);
    all(QPalette::ToolTipBase, raised);
    all(QPalette::Button, button);
    all(QPalette::Light, dark ? hover : surface);
    all(QPalette::Midlight, hover);
    all(QPalette::Mid, hairline);
    all(QPalette::Dark, control);
    all(QPalette::Shadow, control);
    all(QPalette::WindowText, text);
    all(QPalette::Text, text);
    all(QPalette::ButtonText, text);
    all(QPalette::ToolTipText, text);
    all(QPalette::BrightText, onAccent);
    all(QPalette::PlaceholderText, muted);
    all(QPalette::Highlight, accent);
    all(QPalette::HighlightedText, onAccent);
    all(QPalette::Link, accent);
    all(QPalette::LinkVisited, accent);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText,
                            QPalette::PlaceholderText})
        p.setColor(QPalette::Disabled, role, disabled);
    p.setColor(QPalette::Disabled, QPalette::Highlight, selectionInactive);
    p.setColor(QPalette::Disabled, QPalette::HighlightedText, disabled);
    return p;
}

const Theme &Theme::lightTheme()
{
    static const Theme theme = makeLight();
    return theme;
}

const Theme &Theme::darkTheme()
{
    static const Theme theme = makeDark();
    return theme;
}

const Theme &Theme::current()
{
    return currentTheme();
}

bool desktopIsDark()
{
    // Read once, before the console's own palette hides the desktop's.
    static const bool dark = readDesktopIsDark();
    return dark;
}

void applyTheme(QApplication &application, ThemeChoice choice, bool comfortableRows)
{
    const bool dark = choice == ThemeChoice::Dark || (desktopIsDark() && choice == ThemeChoice::Desktop);
    Theme theme = dark ? Theme::darkTheme() : Theme::lightTheme();
    const int lineHeight = QFontMetrics(fonts::body()).height();
    theme.rowHeight = std::max(comfortableRows ? 36 : 28, lineHeight + 10);
    currentTheme() = theme;

    if (!qobject_cast<ConsoleStyle *>(application.style()))
        application.setStyle(new ConsoleStyle);
    FocusRing::install(application);
    QApplication::setFont(fonts::body());
    QToolTip::setFont(fonts::body());
    QApplication::setPalette(theme.palette());
    QToolTip::setPalette(theme.palette());
}

} // namespace bartizan
