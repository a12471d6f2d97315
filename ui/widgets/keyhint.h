// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPainter;

namespace bartizan {

/// Size and painting of a key in its frame ("A", "Ctrl+F"), in small. `onAccent`: on a primary button.
QSize keyHintSize(const QString &key);
void paintKeyHint(QPainter *painter, const QRect &where, const QString &key, bool onAccent = false);

/// A key as a small framed label; decoration beside a control that has the shortcut.
class KeyHint : public QWidget {
    Q_OBJECT
public:
    explicit KeyHint(const QString &key, QWidget *parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QString m_key;
};

} // namespace bartizan
