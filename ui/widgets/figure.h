// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace bartizan {

/// Whether a figure's number is good or bad news; the text says it too.
enum class FigureTone { Plain, Good, Bad };

/// A head figure: label, numeral, a note in small. Clickable when setDrillDown() was called. Thread: GUI.
class Figure : public QAbstractButton {
    Q_OBJECT
public:
    explicit Figure(const QString &label, QWidget *parent = nullptr);
    /// `exact` is the unabbreviated number for tool tip and screen readers; empty: as `numeral`.
    void setFigure(const QString &numeral, const QString &note, const QString &exact = {});
    /// What stands in place of the note where that does not fit; tool tip and screen readers have the whole.
    void setShortNote(const QString &text);
    /// The note as it is drawn.
    QString shownNote() const;
    void setDrillDown(bool on);
    void setTone(FigureTone tone);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QString m_numeral, m_note, m_shortNote;
    bool m_drillDown = false;
    FigureTone m_tone = FigureTone::Plain;
};

} // namespace bartizan
