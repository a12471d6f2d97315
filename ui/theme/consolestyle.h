// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace bartizan {

/// Fusion without its gradients and bevels: flat controls of 28 pixels with radius 4 and a line of 1, headers, check
/// boxes and scroll bars in the theme's colours. Reads Theme::current() whenever it paints. Thread: GUI.
class ConsoleStyle : public QProxyStyle {
    Q_OBJECT
public:
    ConsoleStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl subControl,
                         const QWidget *widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                           const QWidget *widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *data) const override;
    void polish(QWidget *widget) override;
    using QProxyStyle::polish;
    bool eventFilter(QObject *watched, QEvent *event) override;
};

/// Names of the dynamic properties that widgets and the style agree on.
namespace styleproperty {
inline constexpr char kPrimary[] = "bartizanPrimary";     ///< bool: the solid button of its pane.
inline constexpr char kRowSized[] = "bartizanRowSized";   ///< bool: 22 pixels high, small text.
inline constexpr char kFieldError[] = "bartizanError";    ///< bool: border in the error colour.
inline constexpr char kSegment[] = "bartizanSegment";     ///< int: place in a segmented control, see Segment.
inline constexpr char kOwnFocusRing[] = "bartizanOwnRing"; ///< bool: a painted button that draws its focus itself.
inline constexpr char kRingInside[] = "bartizanRingInside"; ///< bool: no button, and rung inside its edge by keyboard.
enum Segment { Middle = 1, First = 2, Last = 3, Only = 4 };
} // namespace styleproperty

} // namespace bartizan
